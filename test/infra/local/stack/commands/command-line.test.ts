import { defineCommand, parseCommandLine } from '../../../../../infra/local/stack/commands/command-line.ts';

const define = () => defineCommand('bake', 'bakes').option('--loaves <n>', 'how many').option('--dark', 'how long');

test('options and operands are taken apart', () => {
  expect(parseCommandLine(define(), ['rye', '--loaves', '3', '--dark', 'wheat'])).toEqual({
    options: { loaves: '3', dark: true },
    operands: ['rye', 'wheat'],
    problems: [],
  });
});

test('what is unknown is named together with what is known, and the rest is still read', () => {
  expect(parseCommandLine(define(), ['-x', '--light', '--loaves', '2'])).toEqual({
    options: { loaves: '2' },
    operands: [],
    problems: [
      'unknown option "-x"; known are --loaves, --dark, --help',
      'unknown option "--light"; known are --loaves, --dark, --help',
    ],
  });
});

test('an option without its value is a problem', () => {
  expect(parseCommandLine(define(), ['--loaves']).problems).toEqual(["option '--loaves <n>' argument missing"]);
});
