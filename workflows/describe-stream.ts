import { RECORD_KINDS } from '../domain/kinds.ts';
import type { StreamProgress } from '../domain/stream.ts';

/** How a stream is, as tables for the Temporal UI. */
export function describeStream(progress: StreamProgress): string {
  const { pipeline, state, rate, posts, epoch, databricksUrl, lastFailure, kinds } = progress;
  const rows = RECORD_KINDS.map((kind) => {
    const { put, rows: visible, quarantined, duplicates, perSecond, lagSeconds } = kinds[kind];
    return `| ${kind} | ${put} | ${visible} | ${quarantined} | ${duplicates} | ${perSecond} | ${lagSeconds} |`;
  });
  return [
    `**${pipeline}**, ${state}: ${posts.sent} of ${posts.planned} posts sent, ${rate} in a second`,
    ['| | put | rows | refused | again | per second | behind, s |', '|---|--:|--:|--:|--:|--:|--:|', ...rows].join(
      '\n',
    ),
    `Rows, refused and again are of Databricks run ${epoch}${databricksUrl === undefined ? '' : `: ${databricksUrl}`}`,
    ...(lastFailure === undefined ? [] : [`The run before it ended: ${lastFailure}`]),
  ].join('\n\n');
}
