import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mapKinds, type PerKind } from '../../domain/kinds.ts';

/**
 * 500 real posts of the course's data, kept outside the project: their texts belong to third parties. Rows as lines of
 * JSON, by kind; every kind has the same 500 keys.
 */
const DIRECTORY = resolve(process.env['PINFLOW_REAL_SAMPLES'] ?? '../shared/data/real-samples');

interface RealSamples {
  readonly directory: string;
  readonly lines: PerKind<readonly string[]>;
}

/** A group of tests over the real rows. Where they are absent, one test marked "todo" says so and is counted. */
export function describeRealSamples(title: string, define: (samples: RealSamples) => void): void {
  if (!existsSync(DIRECTORY)) {
    test.todo(`${title}: not tested, because "${DIRECTORY}" is absent`);
    return;
  }
  describe(title, () => define({ directory: DIRECTORY, lines: mapKinds(readLines) }));
}

function readLines(kind: string): string[] {
  return readFileSync(join(DIRECTORY, `${kind}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
}
