import { invalidParameter } from '../errors.ts';
import type { JobSettings, RunParameters, TaskSettings } from './settings.ts';

/** The documented limits of the Jobs API; sizes are bytes of UTF-8 or of JSON. */
const LIMITS = {
  tasks: 1_000,
  nameBytes: 4_096,
  descriptionCharacters: 27_700,
  tags: 25,
  baseParameterBytes: 1024 * 1024,
  parameterBytes: 10_000,
} as const;

export function checkLimits(settings: JobSettings): void {
  const { name, tasks, tags, parameters, description } = settings;
  if (tasks.length > LIMITS.tasks) throw invalidParameter(`tasks: ${tasks.length} are more than ${LIMITS.tasks}`);
  if (Buffer.byteLength(name) > LIMITS.nameBytes)
    throw invalidParameter(`name: is longer than ${LIMITS.nameBytes} bytes`);
  if (typeof description === 'string' && description.length > LIMITS.descriptionCharacters)
    throw invalidParameter(`description: is longer than ${LIMITS.descriptionCharacters} characters`);
  if (Object.keys(tags ?? {}).length > LIMITS.tags) throw invalidParameter(`tags: more than ${LIMITS.tags}`);
  checkNames(
    'parameters',
    (parameters ?? []).map((parameter) => parameter.name),
  );
  for (const task of tasks) checkTaskParameters(task.for_each_task?.task ?? task);
}

function checkTaskParameters(task: TaskSettings): void {
  const where = `task "${task.task_key}"`;
  const base = task.notebook_task?.base_parameters;
  checkNames(`${where}: base_parameters`, Object.keys(base ?? {}));
  checkSize(`${where}: base_parameters`, base, LIMITS.baseParameterBytes);
  checkAscii(`${where}: parameters`, task.spark_python_task?.parameters);
}

/** What a caller gives for one run. */
export function checkRunParameters(parameters: RunParameters): void {
  for (const [name, value] of Object.entries(parameters)) {
    checkSize(name, value, LIMITS.parameterBytes);
    if (!Array.isArray(value)) checkNames(name, Object.keys(value ?? {}));
  }
  checkAscii('python_params', parameters.python_params);
}

function checkNames(where: string, names: readonly string[]): void {
  const wrong = names.find((name) => !/^[\w.-]+$/.test(name));
  if (wrong !== undefined) throw invalidParameter(`${where}: the name "${wrong}" has more than letters, digits, _ - .`);
}

function checkSize(where: string, value: object | undefined, limit: number): void {
  const size = Buffer.byteLength(JSON.stringify(value ?? {}));
  if (size > limit) throw invalidParameter(`${where}: ${size} bytes as JSON are more than ${limit}`);
}

function checkAscii(where: string, values: readonly string[] | undefined): void {
  // Whatever is not ASCII takes more bytes than characters.
  const wrong = values?.find((value) => Buffer.byteLength(value) !== value.length);
  if (wrong !== undefined) throw invalidParameter(`${where}: "${wrong}" is not ASCII`);
}
