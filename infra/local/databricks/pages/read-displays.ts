import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a notebook showed: a table or a text. */
export type Display =
  | { readonly text: string }
  | {
      readonly columns: readonly string[];
      readonly rows: readonly (readonly unknown[])[];
      /** There are more rows than these. */
      readonly isCut: boolean;
    };

interface DisplayLine {
  readonly text?: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly unknown[])[];
  readonly truncated?: boolean;
}

/** More rows than a person reads on a page. */
const MAX_ROWS = 100;
const MAX_DISPLAYS = 50;

/** What the executor has written so far; its last line may be half there. `output` is the task's own folder. */
export function readDisplays(output: string): Display[] {
  let text: string;
  try {
    text = readFileSync(join(output, 'displays.jsonl'), 'utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n').slice(0, -1).slice(0, MAX_DISPLAYS);
  return lines.map((line) => toDisplay(JSON.parse(line) as DisplayLine));
}

function toDisplay({ text, columns = [], rows = [], truncated = false }: DisplayLine): Display {
  if (text !== undefined) return { text };
  return { columns, rows: rows.slice(0, MAX_ROWS), isCut: truncated || rows.length > MAX_ROWS };
}
