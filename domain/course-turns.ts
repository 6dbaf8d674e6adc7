import { PythonRandom } from './python-random.ts';

/** One turn of the course's loop: it sleeps, then sends the rows of a key. */
export interface CourseTurn {
  readonly pauseSeconds: number;
  readonly key: number;
}

/** Keys above, 153 rows of the course's tables, can never be drawn. */
const LAST_KEY = 11_000;

/** The first turns of the course's loop: in each a `randrange(0, 2)`, which is the pause, then a `randint`, the key. */
export function drawTurns(seed: number, count: number): CourseTurn[] {
  const random = new PythonRandom(seed);
  return Array.from({ length: count }, () => ({
    pauseSeconds: random.randrange(0, 2),
    key: random.randint(0, LAST_KEY),
  }));
}
