import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { confine, splitPath } from '../../../../../infra/local/databricks/files/confine.ts';
import { Dbfs } from '../../../../../infra/local/databricks/files/dbfs.ts';
import { planImport } from '../../../../../infra/local/databricks/files/plan-import.ts';
import { Storage } from '../../../../../infra/local/databricks/files/storage.ts';
import { readContent, Workspace } from '../../../../../infra/local/databricks/files/workspace.ts';
import { refusal } from '../refusal.ts';

const MARKER = '# Databricks notebook source\n';
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pinflow-workspace-')));
const checkout = join(folder, 'checkout');
let workspace: Workspace;

beforeAll(() => {
  mkdirSync(join(checkout, 'daily'), { recursive: true });
  for (const name of ['clean.py', 'daily/report.py']) writeFileSync(join(checkout, name), MARKER);
  writeFileSync(join(checkout, 'words.py'), 'WORD = 1\n');
  writeFileSync(join(folder, 'outside.py'), MARKER);
  symlinkSync(join(folder, 'outside.py'), join(checkout, 'link.py'));
  symlinkSync(tmpdir(), join(checkout, 'link.txt'));
  symlinkSync('nowhere', join(checkout, 'broken'));
  symlinkSync('../clean.py', join(checkout, 'daily/again.py'));
});
beforeEach(() => {
  const root = mkdtempSync(join(folder, 'root-'));
  workspace = new Workspace({ root, mounts: [{ path: '/Shared/pinflow', folder: checkout }] });
});

const text = (content: string) => Buffer.from(content);
const list = (path: string) => workspace.list(path).map((object) => `${object.type} ${object.path}`);

test('check 31: an import without its parent folder, or over something without overwrite, is refused', () => {
  const write = (overwrite: boolean) => workspace.write('/a/b', text('x'), { language: 'PYTHON', overwrite });
  expect(refusal(() => write(false))).toBe('404 RESOURCE_DOES_NOT_EXIST: The parent folder (/a) does not exist.');
  workspace.makeFolders('/a');
  write(false);
  expect(refusal(() => write(false))).toBe(
    '400 RESOURCE_ALREADY_EXISTS: /a/b already exists. Please pass overwrite=true to replace one of its kind.',
  );
  write(true);
  expect(list('/a')).toEqual(['NOTEBOOK /a/b']);
});

test('check 31: a file with the marker becomes a notebook and loses its ending, any other keeps it', () => {
  workspace.write('/notebook.py', text(MARKER), { overwrite: false });
  workspace.write('/query.sql', text('-- Databricks notebook source\n'), { overwrite: false });
  workspace.write('/module.py', text('x = 1\n'), { overwrite: false });
  expect(list('/').filter((line) => !line.startsWith('DIRECTORY'))).toEqual([
    'FILE /module.py',
    'NOTEBOOK /notebook',
    'NOTEBOOK /query',
  ]);
  expect(workspace.find('/notebook')).toMatchObject({ language: 'PYTHON' });
  expect(workspace.find('/notebook.py')).toBeUndefined();
});

test('what cannot lie side by side on a disk is refused by both names', () => {
  workspace.write('/a', text('print(1)\n'), { language: 'PYTHON', overwrite: false });
  workspace.write('/b.py', text('x = 1'), { overwrite: false });
  const reason = (one: string, other: string) =>
    `400 RESOURCE_ALREADY_EXISTS: This local server cannot hold ${one} beside ${other}: both would be the same file on its disk.`;
  expect(refusal(() => workspace.write('/a.py', text('x = 1'), { overwrite: true }))).toBe(reason('/a.py', '/a'));
  expect(refusal(() => workspace.makeFolders('/a.py/c'))).toBe(reason('/a.py', '/a'));
  expect(refusal(() => workspace.write('/b', text(''), { language: 'PYTHON', overwrite: true }))).toBe(
    reason('/b', '/b.py'),
  );
});

test('a notebook is overwritten in another language', () => {
  workspace.write('/a', text('print(1)\n'), { language: 'PYTHON', overwrite: false });
  workspace.write('/a', text('select 1\n'), { language: 'SQL', overwrite: true });
  expect(workspace.find('/a')).toMatchObject({ language: 'SQL' });
  workspace.remove('/a', false);
  expect(workspace.find('/a')).toBeUndefined();
});

test('/Workspace in front of a path means nothing', () => {
  workspace.makeFolders('/Workspace/a');
  workspace.write('/Workspace/a/b', text('x'), { overwrite: false });
  expect(list('/Workspace')).toEqual(['DIRECTORY /Shared', 'DIRECTORY /a']);
  expect(workspace.find('/Workspace/a/b')).toMatchObject({ path: '/a/b' });
});

describe('names', () => {
  test.each([
    ['/.py', 'Path (/.py) is that of a notebook without a name'],
    [`/${'n'.repeat(251)}`, `the name ${'n'.repeat(251)} has more than 250 bytes`],
    ['/\ud800', 'Path (/\ud800) contains a part that is no name'],
    ['/', 'the path names no file'],
  ])('%j is refused as a name', (path, message) => {
    expect(refusal(() => workspace.write(path, text(MARKER), { overwrite: false }))).toBe(
      `400 INVALID_PARAMETER_VALUE: ${message}`,
    );
  });

  test('nothing that is accepted hides or changes anything else, whatever the names', () => {
    const path = fc.constantFrom('/a', '/a.py', '/a.sql', '/a.py.py', '/.part-a', '/.py', '/ä b');
    const content = fc.constantFrom('', 'x', MARKER, '-- Databricks notebook source\r\n', MARKER.replace('\n', 'x'));
    const language = fc.constantFrom('PYTHON' as const, 'SQL' as const, undefined);
    const action = fc.record({ path, content, language, kind: fc.constantFrom('write', 'folder', 'remove') });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 8 }), (actions) => {
        const own = new Workspace({ root: mkdtempSync(join(folder, 'model-')), mounts: [] });
        const expected = new Map<string, string>();
        for (const { kind, path: at, content: source, language: as } of actions) {
          const outcome = refusal(() => {
            if (kind === 'folder') {
              own.makeFolders(at);
              expected.set(at, 'DIRECTORY');
            } else if (kind === 'remove') {
              own.remove(at, false);
              expected.delete(at);
            } else {
              own.write(at, text(source), { language: as, overwrite: true });
              const planned = planImport(at, text(source), as);
              expected.set(planned.path, `${planned.type} ${planned.content.toString()}`);
            }
          });
          expect(outcome).toMatch(/^(accepted|40[04] [A-Z_]+: )/);
        }
        const found = own.list('/').map((object): [string, string] => {
          return [
            object.path,
            object.type === 'DIRECTORY' ? 'DIRECTORY' : `${object.type} ${readContent(object).toString()}`,
          ];
        });
        expect(new Map(found)).toEqual(expected);
      }),
    );
  });
});

test('folders are made with those above them, again and again, but not over a file', () => {
  workspace.makeFolders('/a//b/c');
  workspace.makeFolders('/a/b/c/');
  expect(list('/a')).toEqual(['DIRECTORY /a/b']);
  workspace.write('/a/file', text('x'), { overwrite: false });
  expect(refusal(() => workspace.makeFolders('/a/file/b'))).toMatch(/^400 RESOURCE_ALREADY_EXISTS: \/a\/file exists/);
});

test('a folder that is not empty is deleted only with everything in it', () => {
  workspace.makeFolders('/a/b');
  expect(refusal(() => workspace.remove('/a', false))).toBe('400 DIRECTORY_NOT_EMPTY: Folder (/a) is not empty');
  workspace.remove('/a', true);
  expect(refusal(() => workspace.require('/a'))).toBe("404 RESOURCE_DOES_NOT_EXIST: Path (/a) doesn't exist.");
});

test('the folder of the checkout is part of the workspace and cannot be changed through it', () => {
  expect(list('/Shared')).toEqual(['DIRECTORY /Shared/pinflow']);
  expect(list('/Shared/pinflow')).toEqual([
    'NOTEBOOK /Shared/pinflow/clean',
    'DIRECTORY /Shared/pinflow/daily',
    'FILE /Shared/pinflow/words.py',
  ]);
  const message = '403 PERMISSION_DENIED: /Shared/pinflow is a folder of the checkout and cannot be changed here.';
  expect(refusal(() => workspace.write('/Shared/pinflow/x', text(''), { overwrite: true }))).toBe(message);
  expect(refusal(() => workspace.remove('/Shared/pinflow/clean', true))).toBe(message);
  expect(refusal(() => workspace.remove('/Shared', true))).toBe(message);
});

test('what is larger than 10 MB is refused', () => {
  expect(refusal(() => workspace.write('/a', Buffer.alloc(10 * 1024 * 1024 + 1), { overwrite: false }))).toMatch(
    /^400 MAX_NOTEBOOK_SIZE_EXCEEDED/,
  );
});

test('no path leads out of its folder', () => {
  expect(refusal(() => workspace.find('/Shared/pinflow/link.py'))).toMatch(/leads out of its folder$/);
  expect(list('/Shared/pinflow/daily')).toContain('NOTEBOOK /Shared/pinflow/daily/again');
  const part = fc.constantFrom('..', '.', 'a', '', 'Shared', 'pinflow', 'link.py', '\0', 'b c');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const outcome = refusal(() => {
        const file = confine(checkout, splitPath(`/${parts.join('/')}`));
        if (file !== checkout && !file.startsWith(`${checkout}/`)) throw new Error(file);
      });
      expect(outcome).toMatch(/^(accepted|400 INVALID_PARAMETER_VALUE: )/);
    }),
  );
});

describe('what tasks name', () => {
  let storage: Storage;
  beforeEach(() => {
    const dbfs = new Dbfs(mkdtempSync(join(folder, 'dbfs-')));
    dbfs.write('/scripts/a.py', text('x'), false);
    const volumes = mkdtempSync(join(folder, 'volumes-'));
    mkdirSync(join(volumes, 'main'));
    writeFileSync(join(volumes, 'main/b.py'), 'x');
    storage = new Storage({ workspace, dbfs, volumes });
  });

  test.each([
    ['/Shared/pinflow/clean', 'clean.py'],
    ['/Shared/pinflow/clean.py', 'clean.py'],
    ['/Shared/pinflow/daily/report', 'daily/report.py'],
    ['/Workspace/Shared/pinflow/clean', 'clean.py'],
  ])('the notebook %s is the file %s', (path, file) => {
    expect(storage.findNotebook(path)).toBe(join(checkout, file));
  });

  test.each([
    ...['/Shared/pinflow/missing', '/Shared/other/clean', '/Shared/pinflow/../outside', '/Shared/pinflow/link'],
    ...['/Shared/pinflow/words.py', '/etc/passwd', 'relative'],
  ])('%s is no notebook', (path) => {
    expect(storage.findNotebook(path)).toBeUndefined();
  });

  test.each([
    ['dbfs:/scripts/a.py', true],
    ['/dbfs/scripts/a.py', true],
    ['/Volumes/main/b.py', true],
    ['/Workspace/Shared/pinflow/words.py', true],
    ['/Shared/pinflow/words.py', true],
    ['dbfs:/missing.py', false],
    ['dbfs:/../a', false],
    ['s3://bucket/a.py', false],
  ])('%s is a file: %s', (uri, isThere) => {
    expect(storage.findFile(uri) !== undefined).toBe(isThere);
  });
});
