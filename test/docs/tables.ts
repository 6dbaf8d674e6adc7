import { environmentSchema } from '../../config/schema.ts';
import { ERRORS } from '../../domain/errors.ts';
import { PORTS } from '../../infra/local/stack/ports.ts';
import { IMPORT_LAW } from '../import-law.ts';

/** The tables of docs/ that follow from the code: heads first, then one row of cells a line. */
export type Table = readonly (readonly string[])[];

export interface DocumentedTable {
  readonly file: string;
  /** The table stands between `<!-- name -->` and `<!-- /name -->`. */
  readonly name: string;
  readonly table: Table;
}

export function listTables(): DocumentedTable[] {
  return [
    { file: 'docs/architecture.md', name: 'imports', table: describeImports() },
    { file: 'docs/architecture.md', name: 'exceptions', table: describeExceptions() },
    { file: 'docs/errors.md', name: 'errors', table: describeErrors() },
    { file: 'docs/configuration.md', name: 'services', table: describeServices() },
    { file: 'docs/configuration.md', name: 'local', table: describeLocalStack() },
  ];
}

function describeErrors(): Table {
  const rows = Object.entries(ERRORS).map(([code, { retryable, summary, remedy }]) => [
    quote(code),
    retryable ? 'yes' : 'no',
    summary,
    remedy,
  ]);
  return [['code', 'tried again', 'what it means', 'what to do'], ...rows];
}

function describeServices(): Table {
  const rows = Object.entries(environmentSchema.shape).map(([name, field]) => {
    const value = field.parse(undefined);
    return [
      quote(name),
      value === undefined || value === '' ? '–' : quote(String(value)),
      (field.description ?? '').replaceAll('<', '\\<'),
    ];
  });
  return [['variable', 'default', 'meaning'], ...rows];
}

function describeLocalStack(): Table {
  const ports = Object.entries(PORTS).flatMap(([name, { usual, variable }]) =>
    variable === undefined || variable in environmentSchema.shape
      ? []
      : [[quote(variable), quote(String(usual)), `port of ${spell(name)}`]],
  );
  return [
    ['variable', 'default', 'meaning'],
    [quote('PINFLOW_STATE'), quote('.pinflow'), "folder of the engines' data, logs and `stack.env`"],
    [
      quote('PINFLOW_CACHE'),
      quote('~/.cache/pinflow'),
      'folder of everything that is installed, shared by all checkouts',
    ],
    ...ports,
  ];
}

function describeImports(): Table {
  const rows = Object.entries(IMPORT_LAW).map(([folder, { ours, typesOnly, outside }]) => [
    quote(folder),
    list(ours),
    list(typesOnly),
    list(outside),
  ]);
  return [['folder', 'ours', 'ours, types only', 'packages'], ...rows];
}

function describeExceptions(): Table {
  const rows = Object.values(IMPORT_LAW)
    .flatMap(({ exceptions }) => Object.entries(exceptions))
    .map(([file, { ours = [], outside = [] }]) => [quote(file), list([...ours, ...outside])]);
  return [['file', 'may import besides'], ...rows];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? '–' : names.map(quote).join(', ');
}

/** `temporalUi` as `temporal ui`. */
function spell(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function quote(text: string): string {
  return `\`${text}\``;
}

/** The cells of the table that stands under this name in a document. */
export function readTable(text: string, name: string): Table {
  const lines = (placeOf(name).exec(text)?.[2] ?? '').split('\n').filter((line) => line.startsWith('|'));
  // The second line only parts the heads from the rows.
  return lines.toSpliced(1, 1).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The document with the table that stands under this name replaced. */
export function replaceTable(text: string, { name, table }: DocumentedTable): string {
  const [head = [], ...rows] = table;
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return text.replace(placeOf(name), (_, begin, _old, end) => `${begin}\n\n${lines.join('\n')}\n\n${end}`);
}

function placeOf(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->)([^]*)(<!-- /${name} -->)`);
}
