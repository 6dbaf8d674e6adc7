import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../../../infra/local/setup/run-command.ts';
import { type FakeMachine, isAlive, makeFakeMachine } from './fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => (machine = makeFakeMachine()));
afterEach(() => machine.remove());

const run = (script: string) => runCommand({ program: machine.addProgram('tool', script), args: [], env: machine.env });

describe('runCommand', () => {
  test('a program that succeeds is ok and its streams are kept', async () => {
    const result = await run('echo out; echo err >&2');
    expect(result).toMatchObject({ ok: true, ending: 'exit code 0' });
    expect(result.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
  });

  test('the result tells how a program ended', async () => {
    expect(await run('exit 3')).toEqual({ ok: false, ending: 'exit code 3', output: '' });
    expect(await run('kill -9 $$')).toEqual({ ok: false, ending: 'signal SIGKILL', output: '' });
    const absent = await runCommand({ program: join(machine.bin, 'absent'), args: [], env: machine.env });
    expect(absent).toEqual({ ok: false, ending: 'ENOENT', output: '' });
  });

  test('of a long output only the end is kept', async () => {
    const { output } = await run('i=0; while [ $i -lt 5000 ]; do echo "line number $i"; i=$((i+1)); done');
    expect(output).toHaveLength(32_768);
    expect(output.endsWith('line number 4999\n')).toBe(true);
  });

  test('an abort ends the program and what it started, then the reason is thrown', async () => {
    const stop = new AbortController();
    const pids = join(machine.root, 'pids');
    const program = machine.addProgram('tool', `sleep 60 & echo "$$ $!" > '${pids}'; wait`);
    const running = runCommand({ program, args: [], env: machine.env, signal: stop.signal });
    let started: number[] = [];
    while (started.length < 2) {
      await sleep(10);
      started = readPids(pids);
    }
    expect(started.map(isAlive)).toEqual([true, true]);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(started.map(isAlive)).toEqual([false, false]);
  });

  test('a program that ignores the request to end is killed', async () => {
    const stop = new AbortController();
    const program = machine.addProgram(
      'tool',
      `trap '' TERM; echo "$$" > '${join(machine.root, 'pids')}'; sleep 60; sleep 60`,
    );
    const running = runCommand({ program, args: [], env: machine.env, signal: stop.signal });
    while (readPids(join(machine.root, 'pids')).length === 0) await sleep(10);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(readPids(join(machine.root, 'pids')).map(isAlive)).toEqual([false]);
  });

  test('nothing is started after an abort', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const program = machine.addProgram('tool', '');
    await expect(runCommand({ program, args: [], env: machine.env, signal })).rejects.toThrow('enough');
    expect(machine.calls()).toEqual([]);
  });
});

function readPids(path: string): number[] {
  try {
    return readFileSync(path, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
