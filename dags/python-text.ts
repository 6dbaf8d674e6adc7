/** What can stand in a generated file as a literal. */
export type PythonValue =
  string | number | boolean | null | readonly PythonValue[] | { readonly [name: string]: PythonValue | undefined };

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Longest literal that stays in its line, as ruff has it. */
const LINE = 88;

/** A literal that Python reads back as the same value; a list or dict that does not fit its line has one entry a line. */
export function toPython(value: PythonValue, { indent = 0, used = 0 } = {}): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  const isList = Array.isArray(value);
  const entries = isList
    ? (value as readonly PythonValue[]).map((entry) => ({ label: '', entry }))
    : Object.entries(value).flatMap(([name, entry]) =>
        entry === undefined ? [] : [{ label: `${quote(name)}: `, entry }],
      );
  const [open, close] = isList ? '[]' : '{}';
  const short = `${open}${entries.map(({ label, entry }) => label + toPython(entry)).join(', ')}${close}`;
  if (entries.length === 0 || (!short.includes('\n') && indent + used + short.length <= LINE)) return short;
  const inner = indent + 4;
  const lines = entries.map(({ label, entry }) => {
    const text = toPython(entry, { indent: inner, used: label.length + 1 });
    return `${' '.repeat(inner)}${label}${text},\n`;
  });
  return `${open}\n${lines.join('')}${' '.repeat(indent)}${close}`;
}

/** With the quotes that need fewer escapes, double ones where it is the same. */
function quote(text: string): string {
  const mark = count(text, '"') > count(text, "'") ? "'" : '"';
  return mark + Array.from(text, (character) => (character === mark ? `\\${mark}` : escape(character))).join('') + mark;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** What an editor would not show, or Python not take, is written as its number. Half a surrogate pair is. */
function escape(character: string): string {
  const known = ESCAPES[character];
  if (known !== undefined) return known;
  if (!/[\p{C}\p{Zl}\p{Zp}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** A Jinja template that renders as the text. Jinja makes one kind of line end of all, and drops the last one. */
export function escapeJinja(text: string): string {
  return text.replaceAll(/[{\r]|\n$/g, (special) => `{{ '${ESCAPES[special] ?? special}' }}`);
}
