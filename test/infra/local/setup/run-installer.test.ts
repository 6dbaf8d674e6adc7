import { findNetworkTrouble, runInstaller } from '../../../../infra/local/setup/run-installer.ts';
import { type FakeMachine, makeFakeMachine, makeWork } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

const FAILS_TWICE = (message: string) => `
count="$(cat count 2> /dev/null)"; printf x >> count
[ "\${#count}" -ge 2 ] || { echo '${message}'; exit 1; }`;

const install = (script: string, work = makeWork(machine)) =>
  runInstaller({ what: 'things', program: machine.addProgram('tool', script), args: ['-q'], cwd: machine.root }, work);

describe('runInstaller', () => {
  test('trouble with the network is tried again and the reason is told', async () => {
    const work = makeWork(machine);
    await install(FAILS_TWICE('dial tcp: lookup host: no such host'), work);
    expect(machine.calls()).toEqual(['tool -q', 'tool -q', 'tool -q']);
    expect(work.notes).toEqual([
      'try 1 of 3 failed, next in 0.001 s: dial tcp: lookup host: no such host',
      'try 2 of 3',
      'try 2 of 3 failed, next in 0.001 s: dial tcp: lookup host: no such host',
      'try 3 of 3',
    ]);
  });

  test('trouble that stays fails after three tries with the last lines', async () => {
    await expect(install('echo first; echo "ReadTimeoutError: read timed out"; exit 2')).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message:
        `"things" could not be installed after 3 tries: "${machine.bin}/tool" ended with exit code 2; its last lines:\n` +
        '  first\n  ReadTimeoutError: read timed out',
    });
    expect(machine.calls()).toHaveLength(3);
  });

  test('any other failure is told at once', async () => {
    await expect(install('echo "hashes do not match"; exit 1')).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message:
        `"things" could not be installed: "${machine.bin}/tool" ended with exit code 1; its last lines:\n` +
        '  hashes do not match',
    });
    expect(machine.calls()).toHaveLength(1);
  });

  test('an abort ends the pause between two tries', async () => {
    const stop = new AbortController();
    const work = {
      ...makeWork(machine),
      signal: stop.signal,
      pauses: [60_000],
      note: () => stop.abort(new Error('enough')),
    };
    await expect(install('echo "connection reset by peer"; exit 1', work)).rejects.toThrow('enough');
    expect(machine.calls()).toHaveLength(1);
  });

  test('variables of the run go on top of the machine and undefined removes one', async () => {
    const work = { ...makeWork(machine), env: { ...machine.env, KEPT: '1', GONE: '1' } };
    const program = machine.addProgram('tool', 'echo "$KEPT-$GONE-$NEW"; exit 1');
    const run = runInstaller({ what: 'things', program, args: [], env: { NEW: '2', GONE: undefined } }, work);
    await expect(run).rejects.toThrow('\n  1--2');
  });
});

describe('findNetworkTrouble', () => {
  test.each([
    ["WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'"],
    ['ERROR: HTTPSConnectionPool(host=x, port=443): Max retries exceeded with url: /y'],
    ['pip._vendor.urllib3.exceptions.IncompleteRead: IncompleteRead(10 bytes read)'],
    ['  Server access error at url x (java.net.UnknownHostException: x)'],
    ['go: github.com/a/b@v1: Get "x": dial tcp 10.0.0.1:443: i/o timeout'],
    ['go: github.com/a/b@v1: reading x: 502 Bad Gateway'],
    ['ERROR: HTTP error 503 while getting x: 503 Service Unavailable'],
    ['curl: (56) Recv failure: Connection reset by peer'],
    ['Temporary failure in name resolution'],
  ])('%s is trouble with the network', (line) => {
    expect(findNetworkTrouble(`before\n${line}\nafter`)).toBe(line.trim());
  });

  test.each([
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE'],
    ['ERROR: Could not find a version that satisfies the requirement x (from versions: 1.0)'],
    ['go: module x: reading x: 404 Not Found'],
    ['No space left on device'],
    ['undefined: net.Conn'],
  ])('%s is not', (line) => {
    expect(findNetworkTrouble(`before\n${line}\nafter`)).toBeUndefined();
  });

  test('a long line is cut', () => {
    expect(findNetworkTrouble(`dial tcp ${'x'.repeat(500)}`)).toHaveLength(120);
  });
});
