import { RECORD_KINDS } from '../domain/kinds.ts';
import type { KindProgress, StreamProgress } from '../domain/stream.ts';

const COLUMNS = ['put', 'rows', 'refused', 'again', 'a second', 'behind'];
/** Wide enough for seven digits. Columns that stay where they are can be read while their numbers change. */
const WIDTH = 8;

/** A line for the stream and a small table with a line for each kind. It fits on a terminal of 80 columns. */
export function drawStream(progress: StreamProgress): string[] {
  const { state, rate, posts, epoch, lastFailure, kinds } = progress;
  const sent = posts.planned === 0 ? [] : [`${posts.sent} of ${posts.planned} posts sent`];
  const restarts = epoch === 1 ? [] : [`counts of databricks run ${epoch}`];
  return [
    [state, ...sent, `${rate} a second`, ...restarts].join(', '),
    ...(state === 'restarting' && lastFailure !== undefined ? [lastFailure] : []),
    drawLine('', COLUMNS),
    ...RECORD_KINDS.map((kind) => drawLine(kind, describeKind(kinds[kind]))),
  ];
}

function describeKind({ put, rows, quarantined, duplicates, perSecond, lagSeconds }: KindProgress): string[] {
  const behind = lagSeconds === 0 ? '-' : `${lagSeconds.toFixed(1)} s`;
  return [...[put, rows, quarantined, duplicates].map(String), perSecond.toFixed(1), behind];
}

function drawLine(kind: string, cells: readonly string[]): string {
  const width = Math.max(...RECORD_KINDS.map((name) => name.length));
  return [kind.padEnd(width), ...cells.map((cell) => cell.padStart(WIDTH))].join(' ');
}
