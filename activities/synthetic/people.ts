import { SeededRandom } from '../../domain/seeded-random.ts';
import { COUNTRIES } from './countries.ts';
import { FIRST_NAMES, LAST_NAMES } from './names.ts';
import { toEpochSeconds } from './date-time.ts';

/** A user of the course's data: every one lives in exactly one place. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly age: number;
  /** Seconds since the epoch. */
  readonly joined: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly country: string;
}

export const PERSON_COUNT = 5_307;
/** The first so many people have several posts, the others one. */
const FREQUENT_COUNT = 1_439;
const MOST_POSTS = 244;
/** Fitted: with it the posts of all people add up to exactly 11,154. */
const POSTS_EXPONENT = 0.676_81;

/** Of 150 seeds tried, the one whose few very frequent people come nearest to the measured counts. */
const SEED = 'people 138';

const LEAST_AGE = 20;
const AGES = 41;
const FIRST_JOINED = toEpochSeconds('2015-10-21 03:17:47');
/** Just before the first post, so that nobody posts before joining. (The course's last user joins a day later.) */
const LAST_JOINED = toEpochSeconds('2017-10-19 15:13:41');
/** Coordinates are drawn in steps of this many parts of a degree, then kept to 6 digits as a MySQL FLOAT shows them. */
const STEPS_PER_DEGREE = 100_000;

/** Posts of the person at this place of the list: 244, 153, 116, … 2, 1, 1, … as in the course's data. */
function countPosts(index: number): number {
  if (index >= FREQUENT_COUNT) return 1;
  return Math.max(2, Math.round(MOST_POSTS / (index + 1) ** POSTS_EXPONENT));
}

/** Every person of the data set and, for each row, the index of its person. */
export function createPeople(): { readonly people: readonly Person[]; readonly personOfRow: readonly number[] } {
  const random = new SeededRandom(SEED);
  const people = Array.from({ length: PERSON_COUNT }, (_, index) => createPerson(random, countPosts(index)));
  const postsInTurn = people.flatMap((_, index) => Array.from({ length: countPosts(index) }, () => index));
  return { people, personOfRow: random.shuffle(postsInTurn) };
}

/**
 * Each fact of a person with k posts is the least of k even draws. One rule gives all the skews measured in the
 * course's data at once: towards age 20, October 2015, the south-west, the letter A.
 */
function createPerson(random: SeededRandom, posts: number): Person {
  const least = (count: number) => {
    let smallest = count;
    for (let draw = 0; draw < posts; draw++) smallest = Math.min(smallest, random.below(count));
    return smallest;
  };
  const pick = (words: readonly string[]) => words[least(words.length)] ?? '';
  const degrees = (limit: number) => {
    const steps = least(2 * limit * STEPS_PER_DEGREE + 1);
    return Number((steps / STEPS_PER_DEGREE - limit).toPrecision(6));
  };
  return {
    firstName: pick(FIRST_NAMES),
    lastName: pick(LAST_NAMES),
    age: LEAST_AGE + least(AGES),
    joined: FIRST_JOINED + least(LAST_JOINED - FIRST_JOINED + 1),
    latitude: degrees(90),
    longitude: degrees(180),
    country: pick(COUNTRIES),
  };
}
