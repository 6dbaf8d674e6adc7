import { posix } from 'node:path';
import { planRun, STEPS } from '../../domain/run.ts';
import { parseDailyRunId } from '../../domain/names.ts';
import { defineStart } from '../../infra/local/stack/commands/start-options.ts';
import { selectLanes } from '../lanes/lanes.ts';
import { listFiles, readText } from '../source-tree.ts';

const files = listFiles();
const documents = files.filter((path) => path.endsWith('.md'));
const text = documents.map(readText).join('\n');

/** First group of every match in all documents, each once. */
function findAll(pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

test('every npm script that is named exists', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  const named = [...findAll(/npm run ([\w:-]+)/g), ...findAll(/npm (start|test)\b/g)];
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every file that an npm script runs exists', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
  const run = Object.values(scripts).flatMap((script) => /^node (\S+)/.exec(script)?.[1] ?? []);
  expect(run.length).toBeGreaterThan(0);
  expect(run.filter((path) => !files.includes(path))).toEqual([]);
});

test('the options of npm start are all in the README, and those in the README exist', () => {
  const options = defineStart(new Date(0)).options.map(({ long }) => String(long));
  const section = /## Options of `npm start`([^]*?)\n## /.exec(readText('README.md'))?.[1] ?? '';
  const described = [...section.matchAll(/^\| `(--[a-z]+)/gm)].map((match) => match[1]);
  expect(described.toSorted()).toEqual(options.toSorted());
  const used = [...text.matchAll(/npm start -- ([^`\n]+)/g)].flatMap((match) => match[1]?.match(/--[a-z]+/g) ?? []);
  expect(used.filter((option) => ![...options, '--help'].includes(option))).toEqual([]);
});

test('the commands of pinflow are all in the README, and those in documents exist', () => {
  const commands = [...readText('client/main.ts').matchAll(/\.command\('([a-z]+)'\)/g)].map((match) => match[1]);
  expect(commands.length).toBeGreaterThan(0);
  expect(findAll(/npx pinflow ([a-z]+)/g).toSorted()).toEqual(commands.toSorted());
});

test('every lane that is named exists', () => {
  const named = findAll(/npm test -- ([a-z ]+)/g).flatMap((names) => names.trim().split(' '));
  expect(named.length).toBeGreaterThan(0);
  expect(() => selectLanes(named)).not.toThrow();
});

test('every temporal command starts a run that would be accepted', () => {
  const commands = [...text.matchAll(/--workflow-id (\S+) --input '([^']+)'/g)];
  expect(commands.length).toBeGreaterThan(1);
  for (const [, id = '', input = ''] of commands) {
    expect(parseDailyRunId(id)).toBeDefined();
    expect(planRun(id, JSON.parse(input))).toHaveProperty('plan');
  }
});

test('the steps of a run are explained in their order', () => {
  const explained = [...readText('docs/architecture.md').matchAll(/^\d\. \*\*([a-z ]+)\*\*/gm)].map(
    (match) => match[1],
  );
  expect(explained.map((step) => step?.replace(' ', '-'))).toEqual([...STEPS]);
});

test.each(documents)('every link and every path in %s leads somewhere', (path) => {
  const links = [...readText(path).matchAll(/\]\((?!https?:)([^)#\s]+)(#[^)]*)?\)/g)].map((match) =>
    posix.join(posix.dirname(path), match[1] ?? ''),
  );
  const paths = [...readText(path).matchAll(/`([a-z]+\/[a-z/-]+\.(?:ts|mjs|md|py))`/g)].map((match) => match[1] ?? '');
  expect([...links, ...paths].filter((target) => !files.includes(target))).toEqual([]);
});
