import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { confine, splitPath } from '../../../../../infra/local/databricks/files/confine.ts';
import { Dbfs } from '../../../../../infra/local/databricks/files/dbfs.ts';
import { Storage } from '../../../../../infra/local/databricks/files/storage.ts';
import { Workspace } from '../../../../../infra/local/databricks/files/workspace.ts';

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
});
beforeEach(() => {
  const root = mkdtempSync(join(folder, 'root-'));
  workspace = new Workspace({ root, mounts: [{ path: '/Shared/pinflow', folder: checkout }] });
});

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    const { status, code, message } = error as { status: number; code: string; message: string };
    return `${status} ${code}: ${message}`;
  }
  return 'accepted';
}

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

test('source without the marker gets it, and a notebook and a file cannot share a place', () => {
  workspace.write('/a', text('print(1)\n'), { language: 'PYTHON', overwrite: false });
  expect(workspace.require('/a').file).toMatch(/\/a\.py$/);
  expect(refusal(() => workspace.write('/a.py', text('x = 1'), { overwrite: true }))).toMatch(
    /^400 RESOURCE_ALREADY_EXISTS: \/a.py already exists/,
  );
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
});

test('what is larger than 10 MB is refused', () => {
  expect(refusal(() => workspace.write('/a', Buffer.alloc(10 * 1024 * 1024 + 1), { overwrite: false }))).toMatch(
    /^400 MAX_NOTEBOOK_SIZE_EXCEEDED/,
  );
});

test('no path leads out of its folder', () => {
  expect(refusal(() => workspace.find('/Shared/pinflow/link.py'))).toMatch(/leads out of its folder$/);
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
