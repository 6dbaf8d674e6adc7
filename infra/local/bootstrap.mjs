/**
 * First step of `npm start`, `npm test` and `npm run local:*`: brings node_modules up to date, picks a Node that runs
 * TypeScript and hands over to infra/local/main.ts. Plain JavaScript without packages, because there are none yet, and
 * without newer syntax, so that an old Node gets as far as saying that it is too old.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const LEAST_NODE = 20;
/** The first Node that runs TypeScript files without a flag and has node:sqlite. */
const TYPESCRIPT_NODE = 24;
/** Hash of the lock file that node_modules was installed from. npm removes it with everything else when it starts over. */
const RECORD = join(root, 'node_modules', '.pinflow-lock');
/** npm tries a request three times by itself, so these are short. */
const RETRY_PAUSES_MS = [1000, 4000];
const NO_NPM = '"npm" is not on the PATH; it comes with Node, except on Debian and Ubuntu: apt-get install npm';
const SIGN_OF_LIFE_MS = 15000;
/** Wide enough to cover the line before it. */
const LINE_WIDTH = 50;
const NETWORK_TROUBLE =
  /.*\b(ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E429|E50[0234])\b.*/;

class BootstrapError extends Error {
  constructor(code, message) {
    super(`${code}: ${message}`);
  }
}

/** The child that is running now and gets the signals that this process gets. */
let running;
let interruptedBy;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => {
    if (!running) process.exit(toExitCode(null, name));
    interruptedBy = name;
    // A terminal sends Ctrl-C to every process in the foreground; passing it on too would look like pressing it twice.
    const arrivedAlready = name === 'SIGINT' && process.stdin.isTTY;
    if (!arrivedAlready) running.kill(name);
  });
}

try {
  requireNode();
  await installPackages();
  process.exitCode = await runMain(chooseNode(), process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BootstrapError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(interruptedBy ? toExitCode(null, interruptedBy) : 1);
}

function requireNode() {
  if (majorOf(process.versions.node) >= LEAST_NODE) return;
  throw new BootstrapError(
    'PREREQUISITE_MISSING',
    `Pinflow needs Node ${LEAST_NODE} or newer and this is ${process.versions.node}; ` +
      `install Node ${TYPESCRIPT_NODE} and run the command again`,
  );
}

async function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(RECORD) && readFileSync(RECORD, 'utf8').trim() === lock) return;
  for (let attempt = 1; ; attempt++) {
    const { ok, ending, output } = await runNpm();
    if (interruptedBy) throw new BootstrapError('SETUP_FAILED', `"npm ci" was interrupted by ${interruptedBy}`);
    if (ok) break;
    if (ending === 'ENOENT') throw new BootstrapError('PREREQUISITE_MISSING', NO_NPM);
    const trouble = NETWORK_TROUBLE.exec(output);
    const pause = RETRY_PAUSES_MS[attempt - 1];
    if (!trouble || pause === undefined) throw npmError(ending, output, attempt);
    const reason = trouble[0].replace(/^npm error\s*/, '').trim();
    process.stdout.write(`try ${attempt} of 3 failed, next in ${pause / 1000} s: ${reason}\n`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  writeFileSync(RECORD, `${lock}\n`);
}

function npmError(ending, output, attempts) {
  const tries = attempts === 1 ? '' : ` after ${attempts} tries`;
  const told = output.trimEnd().split('\n').slice(-20);
  return new BootstrapError(
    'SETUP_FAILED',
    `the npm packages could not be installed${tries}: "npm ci" ended with ${ending}; its last lines:\n` +
      told.map((line) => `  ${line}`).join('\n'),
  );
}

/** Runs `npm ci` under a line that shows that it lives. Its output is kept for the case that it fails. */
async function runNpm() {
  const began = Date.now();
  const live = process.stdout.isTTY;
  const show = (text, end) => {
    const line = `${text} ${Math.round((Date.now() - began) / 1000)} s`;
    process.stdout.write(live ? `\r${line.padEnd(LINE_WIDTH)}${end}` : `${line}\n`);
  };
  show('installing the npm packages', '');
  const clock = setInterval(show, live ? 1000 : SIGN_OF_LIFE_MS, 'installing the npm packages', '');
  // Whatever the user's npm leaves out, tests need the dev packages and Linux gets its Node 24 as an optional one.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'];
  const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const { code, signal, error } = await endOf(child);
  clearInterval(clock);
  const ok = code === 0;
  show(ok ? 'npm packages installed in' : 'npm packages not installed after', '\n');
  return { ok, output, ending: error ? error.code : signal ? `signal ${signal}` : `exit code ${code}` };
}

/** On Linux Node 24 is one of the packages; it may still not run there, as on Alpine. Elsewhere the machine's own must do. */
function chooseNode() {
  const packaged = join(root, 'node_modules', '.bin', 'node');
  const asked = existsSync(packaged) ? spawnSync(packaged, ['--version'], { encoding: 'utf8' }) : undefined;
  if (asked && asked.status === 0 && majorOf(asked.stdout.slice(1)) >= TYPESCRIPT_NODE) return packaged;
  if (majorOf(process.versions.node) >= TYPESCRIPT_NODE) return process.execPath;
  throw new BootstrapError(
    'PREREQUISITE_MISSING',
    `Node ${TYPESCRIPT_NODE} does not come as a package for ${process.platform} on ${process.arch} and this is ` +
      `${process.versions.node}; install Node ${TYPESCRIPT_NODE} and run the command again`,
  );
}

async function runMain(node, args) {
  const main = join(root, 'infra', 'local', 'main.ts');
  const { code, signal, error } = await endOf(spawn(node, [main, ...args], { stdio: 'inherit' }));
  if (error) throw error;
  return toExitCode(code, signal);
}

async function endOf(child) {
  running = child;
  const end = await new Promise((resolve) => {
    child.on('error', (error) => resolve({ error }));
    child.on('close', (code, signal) => resolve({ code, signal }));
    // Something that the child started may hold its output open for longer; after a signal nobody waits for that.
    child.on('exit', (code, signal) => interruptedBy && resolve({ code, signal }));
  });
  running = undefined;
  return end;
}

/** The way shells tell a death by signal. */
function toExitCode(code, signal) {
  return signal ? 128 + constants.signals[signal] : code;
}

function majorOf(version) {
  return Number(version.split('.')[0]);
}
