import { Command } from 'commander';
import { toRunInput, withRunOptions } from '../../client/run-options.ts';
import { checkRun } from '../../domain/daily-start.ts';
import type { RunPipelineInput } from '../../domain/run.ts';

function read(...args: string[]): RunPipelineInput {
  let input: RunPipelineInput | undefined;
  const command = withRunOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined })).action(
    (date: string, options) => {
      input = toRunInput(date, options);
    },
  );
  command.parse(args, { from: 'user' });
  if (input === undefined) throw new Error('the command was not run');
  return input;
}

describe('run options', () => {
  test('leave everything to the defaults of a run but date and pipeline', () => {
    expect(read('2026-11-22')).toEqual({ date: '2026-11-22', pipeline: 'pinterest' });
  });

  test('become the input of a run', () => {
    expect(
      read('2026-11-22', '--pipeline', 'a', '--rows', '5', '--seed', '7', '--order', 'course', '--source', 'mysql'),
    ).toEqual({
      date: '2026-11-22',
      pipeline: 'a',
      rows: 5,
      seed: 7,
      order: 'course',
      source: { kind: 'mysql' },
    });
  });

  test('say how fast the rows are sent', () => {
    expect(read('2026-11-22', '--pace', 'course', '--rate', '0.5')).toMatchObject({ pace: 'course', rate: 0.5 });
    expect(() => checkRun(read('2026-11-22', '--rate', 'fast'))).toThrow(
      'rate: expected posts in a second from 0.1 to 5000, got "fast"',
    );
    expect(() => read('2026-11-22', '--pace', 'slow')).toThrow('Allowed choices are batch, course');
  });

  test('make the folder of a source absolute, because the worker has another working directory', () => {
    expect(read('2026-11-22', '--source', 'jsonl:rows').source).toEqual({
      kind: 'jsonl',
      directory: `${process.cwd()}/rows`,
    });
  });

  test('refuse a source that is none, an order that is none and an option that is unknown', () => {
    expect(() => checkRun(read('2026-11-22', '--source', 'csv'))).toThrow(
      'source: expected synthetic, jsonl:<folder> or mysql, got "csv"',
    );
    expect(() => read('2026-11-22', '--order', 'random')).toThrow('Allowed choices are sweep, course');
    expect(() => read('2026-11-22', '--row', '5')).toThrow("unknown option '--row'");
  });
});
