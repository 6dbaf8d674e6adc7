import { accessSync, constants } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { PinflowError } from '../../../domain/errors.ts';
import { runCommand } from './run-command.ts';

/** The programs of this machine that everything else is installed and run with. */
export interface Machine {
  /** Absolute path. */
  readonly java: string;
  /** Absolute path. */
  readonly python: string;
  /** `3.11`. */
  readonly pythonVersion: string;
}

const LEAST_JAVA = 17;
const LEAST_PYTHON = [3, 10] as const;
const JAVA_REMEDY =
  'Debian, Ubuntu: apt-get install openjdk-17-jre-headless (or a newer one); macOS: brew install openjdk and set JAVA_HOME';
const PYTHON_REMEDY = 'Debian, Ubuntu: apt-get install python3 python3-venv python3-pip; macOS: brew install python';

/** Prints what Pinflow wants to know of an interpreter. Debian splits venv (as ensurepip) and pip from Python itself. */
const PYTHON_PROBE = [
  'import importlib.util, sys',
  'print("version", *sys.version_info[:2])',
  'print("missing", *[m for m in ("venv", "ensurepip", "pip") if importlib.util.find_spec(m) is None])',
].join('\n');

type Finding<T> = { readonly found: T } | { readonly problem: string };

/**
 * Looks for Java and Python and asks them for their versions.
 * @throws PinflowError PREREQUISITE_MISSING naming everything that is missing or too old at once
 */
export async function findPrerequisites(env: NodeJS.ProcessEnv): Promise<Machine> {
  const [java, python] = await Promise.all([findJava(env), findPython(env)]);
  if ('found' in java && 'found' in python) return { java: java.found, ...python.found };
  const problems = [java, python].flatMap((finding) => ('problem' in finding ? [`\n  ${finding.problem}`] : []));
  throw new PinflowError('PREREQUISITE_MISSING', `missing or too old:${problems.join('')}`);
}

/** Spark starts the Java of JAVA_HOME when that is set, so that one is looked at and no other. */
async function findJava(env: NodeJS.ProcessEnv): Promise<Finding<string>> {
  const need = (why: string) => ({ problem: `java ${LEAST_JAVA} or newer: ${why}; ${JAVA_REMEDY}` });
  const home = env['JAVA_HOME'];
  const java = home ? join(home, 'bin', 'java') : findOnPath('java', env);
  if (java === undefined) return need('"java" is not on the PATH');
  const { ok, ending, output } = await runCommand({ program: java, args: ['-version'], env });
  const place = home ? `"${java}" (from JAVA_HOME)` : `"${java}"`;
  if (!ok) return need(`${place} ended with ${ending}`);
  const version = parseJavaVersion(output);
  if (version === undefined) return need(`${place} does not tell its version`);
  return version >= LEAST_JAVA ? { found: java } : need(`${place} is version ${version}`);
}

/** The feature release: 17 of `"17.0.15"`, 8 of `"1.8.0_392"`. */
export function parseJavaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match === null ? undefined : Number(match[1]);
}

async function findPython(env: NodeJS.ProcessEnv): Promise<Finding<Omit<Machine, 'java'>>> {
  const least = LEAST_PYTHON.join('.');
  const need = (why: string) => ({ problem: `python ${least} or newer with venv and pip: ${why}; ${PYTHON_REMEDY}` });
  const python = findOnPath('python3', env);
  if (python === undefined) return need('"python3" is not on the PATH');
  const { ok, ending, output } = await runCommand({ program: python, args: ['-I', '-c', PYTHON_PROBE], env });
  if (!ok) return need(`"${python}" ended with ${ending}`);
  const [major = 0, minor = 0] = readWords(output, 'version').map(Number);
  if (major !== LEAST_PYTHON[0] || minor < LEAST_PYTHON[1]) return need(`"${python}" is version ${major}.${minor}`);
  const missing = readWords(output, 'missing');
  if (missing.length > 0) return need(`"${python}" lacks ${missing.map((name) => `"${name}"`).join(' and ')}`);
  return { found: { python, pythonVersion: `${major}.${minor}` } };
}

function readWords(output: string, label: string): string[] {
  const line = output.split('\n').find((text) => text.startsWith(label)) ?? '';
  return line.split(/\s+/).slice(1).filter(Boolean);
}

/** Absolute path of a program, as a shell would find it. */
export function findOnPath(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => resolve(folder, program)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
