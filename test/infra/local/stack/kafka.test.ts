import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaEngine } from '../../../../infra/local/stack/kafka.ts';
import { makeStackPlan } from './stack-plan.ts';

const signal = new AbortController().signal;
/** Does as the storage tool does: makes the folder that the last argument, a file of properties, names. */
const FORMAT =
  'for last; do :; done; folder=$(sed -n "s/^log.dirs=//p" "$last"); mkdir "$folder"; touch "$folder/formatted"';

const callsOf = ({ stateDirectory }: { stateDirectory: string }) =>
  readFileSync(join(stateDirectory, '..', 'calls'), 'utf8')
    .trim()
    .split('\n');

test('the first start formats the data folder, the next one finds it formatted', async () => {
  const plan = makeStackPlan(FORMAT);
  const data = join(plan.stateDirectory, 'kafka');

  await kafkaEngine(plan).prepare?.(signal);
  await kafkaEngine(plan).prepare?.(signal);

  expect(readdirSync(data)).toEqual(['formatted']);
  expect(callsOf(plan)).toEqual([
    expect.stringMatching(/ kafka\.tools\.StorageTool format --standalone --cluster-id=[\w-]{22} --config /),
  ]);
});

test('a format that fails leaves no data folder, and one that was cut off does not disturb the next', async () => {
  const broken = makeStackPlan('echo no space >&2; exit 1');
  const data = join(broken.stateDirectory, 'kafka');

  await expect(kafkaEngine(broken).prepare?.(signal)).rejects.toMatchObject({
    code: 'ENGINE_NOT_READY',
    message: expect.stringContaining('no space'),
  });
  expect(existsSync(data)).toBe(false);

  const whole = { ...broken, toolchain: { ...broken.toolchain, java: makeStackPlan(FORMAT).toolchain.java } };
  mkdirSync(`${data}.new`);
  await kafkaEngine(whole).prepare?.(signal);
  expect(readdirSync(data)).toEqual(['formatted']);
});

test('ports are written at every start, because they may have changed', async () => {
  const plan = makeStackPlan(FORMAT);
  await kafkaEngine(plan).prepare?.(signal);

  await kafkaEngine({ ...plan, ports: { ...plan.ports, kafka: 15, kafkaController: 16 } }).prepare?.(signal);

  const properties = readFileSync(join(plan.stateDirectory, 'kafka.properties'), 'utf8');
  expect(properties).toContain('listeners=PLAINTEXT://127.0.0.1:15,CONTROLLER://127.0.0.1:16\n');
  expect(properties).toContain('advertised.listeners=PLAINTEXT://127.0.0.1:15\n');
  expect(properties).toContain(`log.dirs=${join(plan.stateDirectory, 'kafka')}\n`);
  expect(properties).toContain('auto.create.topics.enable=false\n');
});

test('a class archive is written once and used from then on, until Java changes', () => {
  const plan = makeStackPlan();
  const archiveFlag = (of = plan) => String(kafkaEngine(of).args.find((argument) => argument.includes('.jsa')));
  const [flag, archive = ''] = archiveFlag().split('=');
  expect(flag).toBe('-XX:ArchiveClassesAtExit');

  writeFileSync(archive, '');

  expect(archiveFlag()).toBe(`-XX:SharedArchiveFile=${archive}`);
  const updated = { ...plan, toolchain: { ...plan.toolchain, java: makeStackPlan().toolchain.java } };
  expect(archiveFlag(updated)).toMatch(/^-XX:ArchiveClassesAtExit=/);
  expect(archiveFlag(updated)).not.toContain(archive);
});
