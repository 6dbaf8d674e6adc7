import { listFiles, readText } from '../../../source-tree.ts';

const README = 'infra/local/databricks/README.md';
const WORK = ['real', 'like', 'double', 'refused', 'ignored'];

interface Row {
  readonly feature: string;
  readonly work: string;
  readonly witness: string;
}

const section = readText(README).split('## Parity')[1]?.split('\n## ')[0] ?? '';
const rows: Row[] = [...section.matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)]
  .map(([, feature = '', work = '', witness = '']) => ({ feature, work, witness }))
  .filter(({ feature }) => feature !== 'feature' && !feature.startsWith('--'));

/** What a witness that does not begin with one of these is below. */
const LANES: Readonly<Record<string, string>> = { 'S ': 'test/stack/databricks-', 'A ': 'test/airflow/databricks-' };

/** Text of the test file that a witness names. */
function readWitness(name: string): string | undefined {
  const lane = LANES[name.slice(0, 2)];
  const path = `${lane === undefined ? `test/infra/local/databricks/${name}` : `${lane}${name.slice(2)}`}.test.ts`;
  return listFiles().includes(path) ? readText(path) : undefined;
}

test('the ledger of parity has rows, and each says what does the work', () => {
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter(({ work }) => !WORK.includes(work))).toEqual([]);
});

test('every row of the ledger names tests that exist', () => {
  const wrong = rows.filter(({ witness }) => {
    const named = [...witness.matchAll(/`([^`]+)` "([^"]+)"/g)];
    return named.length === 0 || named.some(([, file = '', name = '']) => readWitness(file)?.includes(name) !== true);
  });
  expect(wrong).toEqual([]);
});

test('every check of the list that the server was built against is a test, but the one that its licence forbids', () => {
  const tests = listFiles().filter((path) => path.endsWith('.test.ts'));
  const named = new Set(
    tests.flatMap((path) => [...readText(path).matchAll(/\bcheck (\d+)\b/g)].map(([, number]) => Number(number))),
  );
  const all = Array.from({ length: 37 }, (_, index) => index + 1);
  expect(all.filter((number) => !named.has(number))).toEqual([36]);
});
