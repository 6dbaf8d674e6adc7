import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoggedCommand, runLogged } from './run-logged.ts';

function nodeCommand(script: string): LoggedCommand & { readonly lines: string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'pinflow-lanes-'));
  const lines: string[] = [];
  return {
    label: 'unit',
    file: process.execPath,
    args: ['-e', script],
    directory,
    log: join(directory, 'test', 'unit.log'),
    limitMinutes: 1,
    print: (line) => lines.push(line),
    lines,
  };
}

test('both outputs of a command end in the log, without colours', async () => {
  const command = nodeCommand(`console.log('\\u001b[32mout\\u001b[39m'); console.error('err'); process.exitCode = 3`);
  expect(await runLogged(command)).toEqual({ exitCode: 3, log: 'out\nerr\n' });
  expect(readFileSync(command.log, 'utf8')).toContain('err\n');
});

test('a command runs in its folder with the variables given and those inherited', async () => {
  const command = nodeCommand(
    `console.log(process.cwd(), process.env.PINFLOW_ONLY_HERE, process.env.PATH !== undefined)`,
  );
  const { log } = await runLogged({ ...command, env: { PINFLOW_ONLY_HERE: 'yes' } });
  expect(log).toBe(`${command.directory} yes true\n`);
});

test('a command that takes long says now and then how far it is', async () => {
  const command = nodeCommand(`console.log('PASS a.test.ts\\n'); setTimeout(() => {}, 500)`);
  await runLogged({ ...command, progressMs: 50 });
  expect(command.lines.at(-1)).toMatch(/^unit: \d+ s, PASS a\.test\.ts$/);
  const after = command.lines.length;
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(command.lines).toHaveLength(after);
});

test('a command is stopped at its limit and the log says so', async () => {
  const command = nodeCommand(`setInterval(() => {}, 1000)`);
  const { exitCode, log } = await runLogged({ ...command, limitMinutes: 0.01 });
  expect(exitCode).toBe(1);
  expect(log).toMatch(/stopped at its limit of 0\.01 min$/);
});

test('a command is stopped when the run is', async () => {
  const stop = new AbortController();
  const command = nodeCommand(`setInterval(() => {}, 1000)`);
  setTimeout(() => stop.abort(), 100);
  const { exitCode } = await runLogged({ ...command, signal: stop.signal });
  expect(exitCode).toBe(1);
});

test('a command that does not exist is a failure like others', async () => {
  const command = nodeCommand('');
  const { exitCode, log } = await runLogged({ ...command, file: join(command.directory, 'nothing-here') });
  expect(exitCode).toBe(1);
  expect(log).toMatch(/ENOENT/);
});
