import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { listSources, prepareBundle } from '../../worker/bundle.ts';
import { ROOT } from '../support/processes.ts';

const folders: string[] = [];

/** A checkout with one workflow that takes a word from the domain. */
function makeCheckout() {
  const root = mkdtempSync(join(tmpdir(), 'pinflow-bundle-'));
  folders.push(root);
  for (const folder of ['workflows', 'domain']) mkdirSync(join(root, folder));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  write('workflows/index.ts', `export { tiny } from './tiny.ts';`);
  write('workflows/tiny.ts', `import { WORD } from '../domain/word.ts'; export async function tiny() { return WORD; }`);
  write('domain/word.ts', `export const WORD = 'first-word';`);
  const directory = join(root, 'kept');
  const warnings: string[] = [];
  const logger = new DefaultLogger('WARN', ({ message }) => warnings.push(message));
  const prepare = (where = directory) =>
    prepareBundle({ workflows: join(root, 'workflows/index.ts'), directory: where, logger });
  return { root, directory, write, prepare, warnings };
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('a bundle is made once and then taken from its file', async () => {
  const { prepare, directory } = makeCheckout();
  const made = await prepare();
  expect(made.code).toContain('first-word');
  expect(readFileSync(made.path, 'utf8')).toBe(made.code);
  expect(readdirSync(directory)).toHaveLength(1);

  writeFileSync(made.path, 'what is in the file');

  expect(await prepare()).toEqual({ path: made.path, code: 'what is in the file' });
});

test('a change of any source makes another bundle, and the change back finds the first one', async () => {
  const { write, prepare } = makeCheckout();
  const first = await prepare();

  write('domain/word.ts', `export const WORD = 'other-word';`);
  const second = await prepare();

  expect(second.path).not.toBe(first.path);
  expect(second.code).toContain('other-word');
  expect(second.code).not.toContain('first-word');

  write('domain/word.ts', `export const WORD = 'first-word';`);
  expect(await prepare()).toEqual(first);
});

test('workers that start at once leave one whole file', async () => {
  const { prepare, directory } = makeCheckout();

  const [one, other] = await Promise.all([prepare(), prepare()]);

  expect(readdirSync(directory).map((name) => join(directory, name))).toEqual([one.path]);
  expect(other.path).toBe(one.path);
  expect([one.code, other.code]).toContain(readFileSync(one.path, 'utf8'));
});

test('a folder that cannot be written costs a warning and no worker', async () => {
  const { root, prepare, warnings } = makeCheckout();

  const { code } = await prepare(join(root, 'domain/word.ts'));

  expect(code).toContain('first-word');
  expect(warnings).toEqual([expect.stringMatching(/^could not keep the workflow bundle: .*(EEXIST|ENOTDIR)/)]);
});

test('the sources that are looked at are all those in the bundle', async () => {
  const workflows = join(ROOT, 'workflows/index.ts');
  const directory = mkdtempSync(join(tmpdir(), 'pinflow-bundle-'));
  folders.push(directory);

  const { code } = await prepareBundle({ workflows, directory, logger: new DefaultLogger('WARN') });

  const modules = [...code.matchAll(/^\/\*\*\*\/ "\.\/([^"]+\.ts)"/gm)].map(([, path]) => join(ROOT, String(path)));
  expect(modules.length).toBeGreaterThan(10);
  expect(modules.filter((path) => !listSources(workflows).includes(path))).toEqual([]);
});
