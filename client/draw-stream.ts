import { RECORD_KINDS } from '../domain/kinds.ts';
import type { StreamProgress } from '../domain/stream.ts';

/** One line for the stream and one for each kind. */
export function drawStream(progress: StreamProgress): string[] {
  const { state, rate, posts, epoch, lastFailure, kinds } = progress;
  const restarts = epoch > 1 ? `, databricks run ${epoch}` : '';
  const width = Math.max(...RECORD_KINDS.map((kind) => kind.length));
  return [
    `${state}, ${posts.sent} of ${posts.planned} posts sent, ${rate} a second${restarts}`,
    ...(state === 'restarting' && lastFailure !== undefined ? [lastFailure] : []),
    ...RECORD_KINDS.map((kind) => `${kind.padEnd(width)}  ${describeKind(kinds[kind])}`),
  ];
}

function describeKind({ put, rows, quarantined, duplicates, perSecond, lagSeconds }: StreamProgress['kinds']['pin']) {
  return [
    `${put} put`,
    `${rows} rows`,
    ...(quarantined > 0 ? [`${quarantined} refused`] : []),
    ...(duplicates > 0 ? [`${duplicates} again`] : []),
    `${perSecond.toFixed(1)} a second`,
    lagSeconds === 0 ? 'up to date' : `${lagSeconds.toFixed(1)} s behind`,
  ].join(', ');
}
