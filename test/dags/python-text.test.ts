import { escapeJinja, toPython } from '../../dags/python-text.ts';

test.each([
  [null, 'None'],
  [true, 'True'],
  [1.5, '1.5'],
  ['plain', '"plain"'],
  ['it\'s "this"', "'it\\'s \"this\"'"],
  ['a\\b\nc\td\r', '"a\\\\b\\nc\\td\\r"'],
  ['Zürich \u{1f4cc}', '"Zürich \u{1f4cc}"'],
  [`\u0000\u202e${String.fromCharCode(0xd800)}\u{e0001}`, '"\\x00\\u202e\\ud800\\U000e0001"'],
  [[], '[]'],
  [{ a: [1, 'b'], c: undefined }, '{"a": [1, "b"]}'],
])('%j is %s', (value, text) => {
  expect(toPython(value)).toBe(text);
});

test('what does not fit its line has one entry a line', () => {
  expect(toPython({ first: 'x'.repeat(70), second: ['y'] }, { indent: 4 })).toBe(
    `{\n        "first": "${'x'.repeat(70)}",\n        "second": ["y"],\n    }`,
  );
});

test('a text for a template has nothing that Jinja would read or change', () => {
  expect(escapeJinja('{{ a }} {% b\r\n')).toBe("{{ '{' }}{{ '{' }} a }} {{ '{' }}% b{{ '\\r' }}{{ '\\n' }}");
});
