import { mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dbfs } from '../../../../../infra/local/databricks/files/dbfs.ts';
import { refusal } from '../refusal.ts';

const EXISTS = '400 RESOURCE_ALREADY_EXISTS: A file or directory already exists at the path';
let root: string;
let dbfs: Dbfs;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'pinflow-dbfs-')), 'dbfs');
  dbfs = new Dbfs(root);
});

const text = (content: string) => Buffer.from(content);
const names = (path: string) => dbfs.list(path).map((entry) => entry.path);

test('an upload is nowhere among the files before it is closed, and does not need its folder', () => {
  dbfs.makeFolders('/a');
  const handle = dbfs.create('/a/b', false);
  dbfs.addBlock(handle, text('1'));
  expect(readdirSync(root, { recursive: true })).toEqual(['a']);
  dbfs.remove('/a', false);
  dbfs.addBlock(handle, text('2'));
  dbfs.close(handle);
  expect(dbfs.read('/a/b', { offset: 0, length: 10 }).toString()).toBe('12');
  expect(refusal(() => dbfs.close(handle))).toBe(
    `404 RESOURCE_DOES_NOT_EXIST: No open stream has the handle ${handle}.`,
  );
});

test('an upload does not replace what somebody else wrote meanwhile, unless it may', () => {
  const [careful, careless] = [dbfs.create('/a', false), dbfs.create('/a', true)];
  dbfs.addBlock(careless, text('careless'));
  dbfs.write('/a', text('other'), false);
  expect(refusal(() => dbfs.close(careful))).toBe(`${EXISTS} /a.`);
  expect(readFileSync(join(root, 'a'), 'utf8')).toBe('other');
  dbfs.close(careless);
  expect(readFileSync(join(root, 'a'), 'utf8')).toBe('careless');
});

test('an upload ends with the server: its handle is unknown, its blocks are gone, and the next one works', () => {
  const handle = dbfs.create('/a', false);
  dbfs.addBlock(handle, text('x'));
  expect(readdirSync(`${root}.unfinished`)).toHaveLength(1);
  dbfs = new Dbfs(root);
  expect(readdirSync(`${root}.unfinished`)).toEqual([]);
  const next = dbfs.create('/a', false);
  expect(refusal(() => dbfs.addBlock(handle, text('late')))).toMatch(/^404 RESOURCE_DOES_NOT_EXIST/);
  dbfs.close(next);
  expect(dbfs.require('/a').size).toBe(0);
});

test.each([
  ['a put below a file', () => dbfs.write('/file/a', text('x'), true), `${EXISTS} /file.`],
  ['an upload below a file', () => dbfs.create('/file/a', true), `${EXISTS} /file.`],
  ['a folder below a file', () => dbfs.makeFolders('/file/a'), `${EXISTS} /file.`],
  ['a folder over a file', () => dbfs.makeFolders('/file'), `${EXISTS} /file.`],
  ['a file over a folder', () => dbfs.write('/folder', text('x'), true), `${EXISTS} /folder.`],
  ['a move over a file', () => dbfs.move('/folder', '/file'), `${EXISTS} /file.`],
  [
    'a move into itself',
    () => dbfs.move('/folder', '/folder/a/b'),
    '400 INVALID_PARAMETER_VALUE: /folder cannot be moved to /folder/a/b, which is in it',
  ],
  [
    'a move of nothing',
    () => dbfs.move('/none', '/a'),
    '404 RESOURCE_DOES_NOT_EXIST: No file or directory exists on path /none.',
  ],
  ['the end of the root', () => dbfs.remove('/', true), '400 INVALID_PARAMETER_VALUE: the root cannot be deleted'],
  [
    'a read of a folder',
    () => dbfs.read('/folder', { offset: 0, length: 1 }),
    '400 INVALID_PARAMETER_VALUE: /folder is a folder',
  ],
])('%s is refused and changes nothing', (_what, action, message) => {
  dbfs.write('/file', text('x'), false);
  dbfs.makeFolders('/folder');
  expect(refusal(action)).toBe(message);
  expect(names('/')).toEqual(['/file', '/folder']);
});

test('a folder moves with everything in it', () => {
  dbfs.write('/a/b/c', text('x'), false);
  dbfs.move('/a', '/d/e');
  expect(names('/d/e/b')).toEqual(['/d/e/b/c']);
  expect(names('/')).toEqual(['/d']);
});

test('links that lead out are not listed and cannot be read', () => {
  symlinkSync(tmpdir(), join(root, 'out'));
  dbfs.write('/in', text('x'), false);
  expect(names('/')).toEqual(['/in']);
  expect(refusal(() => dbfs.require('/out'))).toBe('400 INVALID_PARAMETER_VALUE: Path (/out) leads out of its folder');
});
