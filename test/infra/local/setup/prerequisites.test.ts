import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath, findPrerequisites, parseJavaVersion } from '../../../../infra/local/setup/prerequisites.ts';
import { fakeJava, type FakeMachine, fakePython, makeFakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

const JAVA_REMEDY =
  'Debian, Ubuntu: apt-get install openjdk-17-jre-headless (or a newer one); macOS: brew install openjdk and set JAVA_HOME';
const PYTHON_REMEDY = 'Debian, Ubuntu: apt-get install python3 python3-venv python3-pip; macOS: brew install python';

const problemsOf = async (env = machine.env) => {
  const error = await findPrerequisites(env).then(
    () => new Error('nothing is missing'),
    (reason: Error) => reason,
  );
  return { code: (error as { code?: string }).code, lines: error.message.split('\n') };
};

describe('findPrerequisites', () => {
  test('a machine with both has absolute paths and the version of Python', async () => {
    expect(await findPrerequisites(machine.env)).toEqual({
      java: join(machine.bin, 'java'),
      python: join(machine.bin, 'python3'),
      pythonVersion: '3.11',
    });
  });

  test('everything that is missing is named at once, with the remedy', async () => {
    machine.removeProgram('java');
    machine.removeProgram('python3');
    expect(await problemsOf()).toEqual({
      code: 'PREREQUISITE_MISSING',
      lines: [
        'missing or too old:',
        `  java 17 or newer: "java" is not on the PATH; ${JAVA_REMEDY}`,
        `  python 3.10 or newer with venv and pip: "python3" is not on the PATH; ${PYTHON_REMEDY}`,
      ],
    });
  });

  test('what is too old is named with its version', async () => {
    machine.addProgram('java', fakeJava('1.8.0_392'));
    machine.addProgram('python3', fakePython(machine.root, { version: '3 9' }));
    expect((await problemsOf()).lines).toEqual([
      'missing or too old:',
      `  java 17 or newer: "${machine.bin}/java" is version 8; ${JAVA_REMEDY}`,
      `  python 3.10 or newer with venv and pip: "${machine.bin}/python3" is version 3.9; ${PYTHON_REMEDY}`,
    ]);
  });

  test('a Python without its separate parts is named with what it lacks', async () => {
    machine.addProgram('python3', fakePython(machine.root, { missing: 'ensurepip pip' }));
    expect((await problemsOf()).lines.slice(1)).toEqual([
      `  python 3.10 or newer with venv and pip: "${machine.bin}/python3" lacks "ensurepip" and "pip"; ${PYTHON_REMEDY}`,
    ]);
  });

  test('the Java of JAVA_HOME is used before the one on the PATH', async () => {
    const home = join(machine.root, 'jdk');
    mkdirSync(join(home, 'bin'), { recursive: true });
    renameSync(join(machine.bin, 'java'), join(home, 'bin', 'java'));
    machine.addProgram('java', 'exit 9');
    const found = await findPrerequisites({ ...machine.env, JAVA_HOME: home });
    expect(found.java).toBe(join(home, 'bin', 'java'));
  });

  test('a JAVA_HOME that does not work is a problem even with a good Java on the PATH', async () => {
    const home = join(machine.root, 'gone');
    expect((await problemsOf({ ...machine.env, JAVA_HOME: home })).lines.slice(1)).toEqual([
      `  java 17 or newer: "${home}/bin/java" (from JAVA_HOME) ended with ENOENT; ${JAVA_REMEDY}`,
    ]);
  });

  test('programs that fail or say nothing of use are problems', async () => {
    machine.addProgram('java', 'echo hello');
    machine.addProgram('python3', 'exit 1');
    expect((await problemsOf()).lines.slice(1)).toEqual([
      `  java 17 or newer: "${machine.bin}/java" does not tell its version; ${JAVA_REMEDY}`,
      `  python 3.10 or newer with venv and pip: "${machine.bin}/python3" ended with exit code 1; ${PYTHON_REMEDY}`,
    ]);
  });
});

describe('parseJavaVersion', () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "21" 2023-09-19', 21],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25-ea" 2025-09-16', 25],
    ['no java here', undefined],
  ])('%j is %j', (output, version) => expect(parseJavaVersion(output)).toBe(version));
});

describe('findOnPath', () => {
  test('the first executable wins and a plain file is passed over', () => {
    expect(findOnPath('java', { PATH: `${machine.checkout}::${machine.bin}` })).toBe(join(machine.bin, 'java'));
    expect(findOnPath('notes', machine.env)).toBeUndefined();
    expect(findOnPath('java', {})).toBeUndefined();
  });
});
