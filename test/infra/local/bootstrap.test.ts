import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A checkout that holds only the bootstrap, a lock file, and a main.ts and an npm that write down how they were called. */
let root: string;
const at = (...names: string[]) => join(root, ...names);
const NODE = process.execPath;
const SOURCE = join(__dirname, '../../../infra/local/bootstrap.mjs');

/** Loaded before the bootstrap: pretends another version of Node and lets timers run a hundred times faster. */
const PRELOAD = `
const timers = require('node:timers');
const { setTimeout, setInterval } = timers;
timers.setTimeout = (run, ms, ...args) => setTimeout(run, ms / 100, ...args);
timers.setInterval = (run, ms, ...args) => setInterval(run, ms / 100, ...args);
require('node:module').syncBuiltinESMExports();
if (process.env.FAKE_NODE) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: process.env.FAKE_NODE } });
`;
const MAIN = `
const { appendFileSync } = require('node:fs');
process.stdout.write('main ' + process.argv.slice(2).join(' ') + '\\n');
appendFileSync('main.log', process.execPath + '\\n');
const [command, value] = process.argv.slice(2);
if (command === 'exit') process.exit(Number(value));
if (command === 'die') process.kill(process.pid, value);
if (command === 'wait') { setTimeout(() => {}, 60_000); process.on(value, () => { process.stdout.write('got ' + value + '\\n'); process.exit(7); }); }
`;
const NPM_INSTALLS = 'rm -rf node_modules; mkdir node_modules';

function write(name: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
  chmodSync(at(name), mode);
}

function writeNpm(script: string): void {
  write('bin/npm', `#!/bin/sh\necho "npm $*" >> npm.log\n${script}\n`, 0o755);
}

const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), 'utf8').trimEnd().split('\n') : []);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinflow-bootstrap-'));
  mkdirSync(at('infra', 'local'), { recursive: true });
  copyFileSync(SOURCE, at('infra', 'local', 'bootstrap.mjs'));
  write('infra/local/package.json', '{"type":"commonjs"}');
  write('infra/local/main.ts', MAIN);
  write('package-lock.json', '{"lock":1}');
  write('preload.cjs', PRELOAD);
  writeNpm(NPM_INSTALLS);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(NODE, ['--require', at('preload.cjs'), at('infra/local/bootstrap.mjs'), ...args], {
    cwd: root,
    env: { PATH: `${at('bin')}:/usr/bin:/bin`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (printed.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (printed.stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...printed }));
  const untilPrinted = async (text: string) => {
    while (!printed.stdout.includes(text)) await sleep(10);
  };
  return { child, ended, untilPrinted };
}
const run = (args: readonly string[], env?: NodeJS.ProcessEnv) => start(args, env).ended;

describe('packages', () => {
  test('the first start installs them, the second does not', async () => {
    const first = await run(['up', '--now']);
    expect(first).toEqual({
      code: 0,
      stdout: 'installing the npm packages 0 s\nnpm packages installed in 0 s\nmain up --now\n',
      stderr: '',
    });
    expect(await run(['up'])).toEqual({ code: 0, stdout: 'main up\n', stderr: '' });
    expect(read('npm.log')).toEqual(['npm ci --include=dev --include=optional --no-audit --no-fund --no-progress']);
  });

  test('a changed lock file installs them again', async () => {
    await run(['up']);
    write('package-lock.json', '{"lock":2}');
    await run(['up']);
    await run(['up']);
    expect(read('npm.log')).toHaveLength(2);
  });

  test('a folder that npm did not finish is installed again', async () => {
    await run(['up']);
    rmSync(at('node_modules', '.pinflow-lock'));
    await run(['up']);
    expect(read('npm.log')).toHaveLength(2);
  });

  test('trouble with the network is tried again and told', async () => {
    writeNpm(`[ "$(wc -l < npm.log)" -ge 3 ] || { echo 'npm error code ECONNRESET' >&2; exit 1; }\n${NPM_INSTALLS}`);
    const { code, stdout } = await run(['up']);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('try'))).toEqual([
      'try 1 of 3 failed, next in 1 s: code ECONNRESET',
      'try 2 of 3 failed, next in 4 s: code ECONNRESET',
    ]);
    expect(read('npm.log')).toHaveLength(3);
  });

  test('trouble that stays fails after three tries with what npm said, and nothing is started', async () => {
    writeNpm("echo 'npm error network request to somewhere failed, reason: getaddrinfo ENOTFOUND somewhere'; exit 1");
    const { code, stderr } = await run(['up']);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'SETUP_FAILED: the npm packages could not be installed after 3 tries: "npm ci" ended with exit code 1; its last lines:\n' +
        '  npm error network request to somewhere failed, reason: getaddrinfo ENOTFOUND somewhere\n',
    );
    expect(read('npm.log')).toHaveLength(3);
    expect(read('main.log')).toEqual([]);
    expect(existsSync(at('node_modules', '.pinflow-lock'))).toBe(false);
  });

  test('any other failure is told at once', async () => {
    writeNpm("echo 'npm error code EUSAGE'; exit 3");
    const { code, stderr } = await run(['up']);
    expect([code, stderr]).toEqual([
      1,
      'SETUP_FAILED: the npm packages could not be installed: "npm ci" ended with exit code 3; its last lines:\n' +
        '  npm error code EUSAGE\n',
    ]);
    expect(read('npm.log')).toHaveLength(1);
  });

  test('a machine without npm is told so', async () => {
    rmSync(at('bin', 'npm'));
    const { code, stderr } = await run(['up'], { PATH: at('bin') });
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      'PREREQUISITE_MISSING: "npm" is not on the PATH; it comes with Node, except on Debian and Ubuntu: apt-get install npm',
    ]);
  });

  test('a long installation shows that it lives', async () => {
    writeNpm(`sleep 0.5\n${NPM_INSTALLS}`);
    const { stdout } = await run(['up']);
    expect(stdout.split('\n').filter((line) => line.startsWith('installing')).length).toBeGreaterThanOrEqual(3);
  });

  test('an interruption ends npm, and the next start installs again', async () => {
    writeNpm(`touch started; sleep 60\n${NPM_INSTALLS}`);
    const { child, ended } = start(['up']);
    while (!existsSync(at('started'))) await sleep(10);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([143, 'SETUP_FAILED: "npm ci" was interrupted by SIGTERM\n']);
    writeNpm(NPM_INSTALLS);
    expect((await run(['up'])).code).toBe(0);
  });
});

describe('Node', () => {
  test('one that is too old is told so before anything is installed', async () => {
    const { code, stderr } = await run(['up'], { FAKE_NODE: '18.19.0' });
    expect([code, stderr]).toEqual([
      1,
      'PREREQUISITE_MISSING: Pinflow needs Node 20 or newer and this is 18.19.0; install Node 24 and run the command again\n',
    ]);
    expect(read('npm.log')).toEqual([]);
  });

  test("the package's Node is used when there is one that runs", async () => {
    writeNpm(
      `${NPM_INSTALLS}; mkdir node_modules/.bin; printf '#!/bin/sh\\nexec ${NODE} "$@"' > node_modules/.bin/node; chmod 755 node_modules/.bin/node`,
    );
    write('infra/local/main.ts', "process.stdout.write(process.env.MARK + '\\n')");
    writeNpm(`${NPM_INSTALLS}; mkdir node_modules/.bin; cp packaged node_modules/.bin/node`);
    write('packaged', `#!/bin/sh\nMARK=packaged exec '${NODE}' "$@"\n`, 0o755);
    const { stdout } = await run(['up'], { FAKE_NODE: '20.20.2' });
    expect(stdout.split('\n').at(-2)).toBe('packaged');
  });

  test.each([
    ['does not run', '#!/nowhere/sh\n'],
    ['is too old', '#!/bin/sh\necho v22.1.0\n'],
  ])("a package's Node that %s is passed over", async (_, script) => {
    writeNpm(`${NPM_INSTALLS}; mkdir node_modules/.bin; cp packaged node_modules/.bin/node`);
    write('packaged', script, 0o755);
    expect((await run(['up'])).code).toBe(0);
    expect(read('main.log')).toEqual([NODE]);
  });

  test('a machine with neither is told what to install', async () => {
    const { code, stderr } = await run(['up'], { FAKE_NODE: '22.1.0' });
    expect([code, stderr]).toEqual([
      1,
      `PREREQUISITE_MISSING: Node 24 does not come as a package for ${process.platform} on ${process.arch} and this is 22.1.0; ` +
        'install Node 24 and run the command again\n',
    ]);
  });
});

describe('the command', () => {
  test.each([
    ['exits with 3', ['exit', '3'], 3],
    ['is killed', ['die', 'SIGKILL'], 137],
    ['dies of SIGTERM', ['die', 'SIGTERM'], 143],
  ])('when it %s the bootstrap ends the same way', async (_, args, code) => {
    expect((await run(args)).code).toBe(code);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s is passed on and its answer to it is the exit code',
    async (name) => {
      const { child, ended, untilPrinted } = start(['wait', name]);
      await untilPrinted('main wait');
      await sleep(100);
      child.kill(name);
      expect(await ended).toMatchObject({
        code: 7,
        stdout: expect.stringMatching(new RegExp(`got ${name}\n$`)) as string,
      });
    },
  );
});
