import { formatColumns } from '../../../../../infra/local/stack/commands/format-columns.ts';

test('columns start at the same place in every line, and no line ends with blanks', () => {
  const lines = formatColumns(
    ['engine', 'state', 'log'],
    [
      ['kafka', 'up', '/logs/kafka.log'],
      ['databricks', 'down'],
    ],
  );

  expect(lines).toEqual(['engine      state  log', 'kafka       up     /logs/kafka.log', 'databricks  down']);
});
