import { readText } from '../source-tree.ts';
import { listTables, readTable, replaceTable } from './tables.ts';

// When one of these fails: node test/docs/write-tables.ts
test.each(listTables().map((documented) => [documented.file, documented.name, documented.table] as const))(
  '%s tells what the code says about %s',
  (file, name, table) => {
    expect(readTable(readText(file), name)).toEqual(table);
  },
);

test('a table that is written reads back the same, and the text around it stays', () => {
  const table = [
    ['name', 'meaning'],
    ['`a`', 'costs $1 or $& more'],
    ['`b`', '–'],
  ];
  const before = '# Title\n\n<!-- x -->\nold\n<!-- /x -->\n\nEnd\n';
  const after = replaceTable(before, { file: '', name: 'x', table });
  expect(readTable(after, 'x')).toEqual(table);
  expect(after.startsWith('# Title\n\n<!-- x -->')).toBe(true);
  expect(after.endsWith('<!-- /x -->\n\nEnd\n')).toBe(true);
});
