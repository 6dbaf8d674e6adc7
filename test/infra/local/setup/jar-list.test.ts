import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkJars, type Jar, parseJarList } from '../../../../infra/local/setup/jar-list.ts';
import { type FakeMachine, makeFakeMachine } from './fake-machine.ts';

const SUM = createHash('sha256').update('jar').digest('hex');
const OTHER_SUM = createHash('sha256').update('changed').digest('hex');
const list = (text: string) => ({ name: 'x/kafka-jars.sha256', path: '', text });

describe('parseJarList', () => {
  test('a line gives the coordinates of a jar', () => {
    expect(parseJarList(list(`# comment\n\n${SUM}  org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar\n`))).toEqual(
      [
        {
          organisation: 'org.apache.kafka',
          module: 'kafka_2.13',
          version: '4.3.1',
          file: 'kafka_2.13-4.3.1.jar',
          sha256: SUM,
        },
      ],
    );
  });

  test.each([['abc  a/b/1/b-1.jar'], [`${SUM} a/b/1/b-1.jar`], [`${SUM}  a/b/1/c-1.jar`], [`${SUM}  b-1.jar`]])(
    '%s is a bad line',
    (line) => {
      expect(() => parseJarList(list(line))).toThrow(`"x/kafka-jars.sha256" has a bad line: "${line}"`);
    },
  );

  test.each([
    ['infra/local/setup/kafka', 46],
    ['infra/local/setup/delta', 5],
    ['bench/landing/spark-kafka', 4],
  ])('the list of %s has its %i jars, sorted, each once', (name, count) => {
    const text = readFileSync(join(__dirname, `../../../../${name}-jars.sha256`), 'utf8');
    const files = parseJarList(list(text)).map(
      ({ organisation, file }) => `${organisation.replaceAll('.', '/')}/${file}`,
    );
    expect(new Set(files).size).toBe(count);
  });
});

describe('checkJars', () => {
  let machine: FakeMachine;
  const jar = (module: string): Jar => ({
    organisation: 'a',
    module,
    version: '1',
    file: `${module}-1.jar`,
    sha256: SUM,
  });
  const check = (jars: readonly Jar[]) => checkJars(machine.cache, jars, 'x/kafka-jars.sha256');

  beforeEach(() => {
    machine = makeFakeMachine();
    for (const name of ['a-1.jar', 'b-1.jar']) writeFileSync(join(machine.cache, name), 'jar');
  });
  afterEach(() => machine.remove());

  test('a folder that is as the list says passes', async () => {
    await expect(check([jar('a'), jar('b')])).resolves.toBeUndefined();
  });

  test('every jar that differs, is missing or is unknown is named', async () => {
    writeFileSync(join(machine.cache, 'a-1.jar'), 'changed');
    rmSync(join(machine.cache, 'b-1.jar'));
    writeFileSync(join(machine.cache, 'c-1.jar'), 'jar');
    await expect(check([jar('a'), jar('b')])).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message:
        `jars differ from "kafka-jars.sha256": "a-1.jar" has SHA-256 "${OTHER_SUM}", expected "${SUM}"; ` +
        '"b-1.jar" is missing; "c-1.jar" is not in the list',
    });
  });
});
