import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installFolder } from '../../../../infra/local/setup/install-folder.ts';
import { DELTA_JARS, type JarSet, KAFKA_JARS, planJarSet } from '../../../../infra/local/setup/jar-set.ts';
import { planPythonEnvironment } from '../../../../infra/local/setup/python-environment.ts';
import type { SetupPlan } from '../../../../infra/local/setup/setup-work.ts';
import { fakeJava, type FakeMachine, makeFakeMachine, makeWork } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

async function install(set: JarSet) {
  const plan: SetupPlan = {
    cache: machine.cache,
    checkout: machine.checkout,
    machine: { java: join(machine.bin, 'java'), python: join(machine.bin, 'python3'), pythonVersion: '3.11' },
  };
  const python = await planPythonEnvironment(plan);
  await installFolder(python.folder, (folders) => python.install(folders, makeWork(machine)));
  const jars = await planJarSet(set, plan, python);
  expect(jars.needs).toBe(python);
  await installFolder(jars.folder, (folders) => jars.install(folders, makeWork(machine)));
  return jars.folder;
}

test('the jars of a set come through the Ivy of PySpark into a folder of their own', async () => {
  const folder = await install(KAFKA_JARS);
  expect(folder).toMatch(/\/kafka-4\.3\.1-[0-9a-f]{12}$/);
  expect(readdirSync(folder)).toEqual(['kafka_2.13-4.3.1.jar']);
  const call = machine.calls().at(-1) ?? '';
  expect(call).toContain(` -cp ${machine.root}/pyspark/jars/ivy-2.5.3.jar org.apache.ivy.Main `);
  expect(call).toMatch(/-Divy\.default\.ivy\.user\.dir=\S+\/scratch\/ivy /);
});

test('a jar with another content is refused by name and nothing is kept', async () => {
  machine.addProgram('java', fakeJava('17.0.15', 'something else'));
  await expect(install(DELTA_JARS)).rejects.toThrow(
    /^jars differ from "delta-jars\.sha256": "delta-spark_4\.2_2\.13-4\.4\.0\.jar" has SHA-256 "[0-9a-f]{64}", expected "[0-9a-f]{64}"$/,
  );
  expect(readdirSync(machine.cache).filter((name) => name.startsWith('delta'))).toEqual([]);
});

test('a PySpark without Ivy is an error that says where it was looked for', async () => {
  machine.addProgram(
    'python3',
    `case "$*" in *pyspark*) echo '${machine.root}/empty';; *venv*) for f; do :; done; mkdir -p "$f/bin"; cp "$0" "$f/bin/python"; : > "$f/pyvenv.cfg";; esac`,
  );
  await expect(install(KAFKA_JARS)).rejects.toMatchObject({
    code: 'SETUP_FAILED',
    message: `no Apache Ivy among the jars of PySpark in "${machine.root}/empty/jars"`,
  });
  expect(existsSync(join(machine.root, 'empty'))).toBe(false);
});
