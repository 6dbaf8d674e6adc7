import { planImport } from '../../../../../infra/local/databricks/files/plan-import.ts';

const PYTHON = '# Databricks notebook source';

test.each([
  ['print(1)\n', `${PYTHON}\nprint(1)\n`],
  [`${PYTHON}\nprint(1)\n`, `${PYTHON}\nprint(1)\n`],
  [`${PYTHON}\r\nprint(1)\r\n`, `${PYTHON}\r\nprint(1)\r\n`],
  [PYTHON, PYTHON],
  [`${PYTHON}s\n`, `${PYTHON}\n${PYTHON}s\n`],
])('source %j becomes the notebook %j', (source, content) => {
  expect(planImport('/a', Buffer.from(source), 'PYTHON')).toEqual({
    ...{ type: 'NOTEBOOK', path: '/a', file: '/a.py' },
    content: Buffer.from(content),
  });
});

test.each([
  ['/a.py', `${PYTHON}\n`, 'NOTEBOOK /a'],
  ['/a.py', `${PYTHON}\r\n`, 'NOTEBOOK /a'],
  ['/a.py', PYTHON, 'NOTEBOOK /a'],
  ['/a.py', `${PYTHON}s\n`, 'FILE /a.py'],
  ['/a.py', `\n${PYTHON}\n`, 'FILE /a.py'],
  ['/a.sql', `${PYTHON}\n`, 'FILE /a.sql'],
  ['/a.sql', '-- Databricks notebook source\n', 'NOTEBOOK /a'],
  ['/a', `${PYTHON}\n`, 'FILE /a'],
])('without a language, %s with %j becomes %s', (path, content, expected) => {
  const planned = planImport(path, Buffer.from(content), undefined);
  expect(`${planned.type} ${planned.path}`).toBe(expected);
});
