import { SeededRandom } from '../../domain/seeded-random.ts';
import { toEpochSeconds } from './date-time.ts';

/** Posts per year as measured in the course's data; the first and the last year are not whole. */
const YEARS = [
  { start: '2017-10-19 15:13:42', posts: 432 },
  { start: '2018-01-01 00:00:00', posts: 2_316 },
  { start: '2019-01-01 00:00:00', posts: 2_192 },
  { start: '2020-01-01 00:00:00', posts: 2_172 },
  { start: '2021-01-01 00:00:00', posts: 2_208 },
  { start: '2022-01-01 00:00:00', posts: 1_834 },
];
const END = '2022-10-19 17:54:26';

/** Time of posting of every row, in seconds since the epoch: all different, even within each year, in no order. */
export function createTimestamps(): readonly number[] {
  const random = new SeededRandom('timestamps');
  const timestamps = YEARS.flatMap(({ start, posts }, year) => {
    const from = toEpochSeconds(start);
    const slot = (toEpochSeconds(YEARS[year + 1]?.start ?? END) - from) / posts;
    // One post per slot, never in its last second: so no two posts share a second.
    return Array.from({ length: posts }, (_, i) => from + Math.ceil(i * slot) + random.below(Math.floor(slot) - 1));
  });
  return random.shuffle(timestamps);
}
