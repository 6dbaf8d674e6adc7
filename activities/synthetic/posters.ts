import { SeededRandom } from '../../domain/seeded-random.ts';
import { FIRST_NAMES, LAST_NAMES } from './names.ts';
import { TRADES, VOCABULARIES } from './words.ts';

/** Who published a pin on the site: unrelated to the user of the row, and always with the same number of followers. */
export interface Poster {
  readonly name: string;
  readonly followers: string;
}

const POSTER_COUNT = 4_000;
/** One in so many posters has the name of the one before, with followers of its own. */
const SAME_NAME_EVERY = 400;
const LONGEST_NAME = 268;

/**
 * Followers by thousandths of all posts, as measured: the deciles 0, 198, 2k, 6k, 14k, 29k, 58k, 125k, 341k, 903k,
 * 15M, and where the site changes from plain numbers to k and from k to M. Since the site cuts 1,999 to 1k, the second
 * and the third decile begin a little early.
 */
const FOLLOWERS: readonly (readonly [thousandth: number, followers: number])[] = [
  [0, 0],
  [100, 198],
  [172, 941],
  [172, 1_000],
  [195, 2_000],
  [295, 6_000],
  [400, 14_000],
  [500, 29_000],
  [600, 58_000],
  [700, 125_000],
  [800, 341_000],
  [900, 903_000],
  [928, 986_000],
  [928, 1_000_000],
  [970, 2_000_000],
  [990, 5_000_000],
  [1_000, 16_000_000],
];

/** Draws the poster of a row: some post often, most once. */
export function pickPoster(random: SeededRandom): Poster {
  const draws = [random.below(POSTER_COUNT), random.below(POSTER_COUNT), random.below(POSTER_COUNT)];
  return createPoster(Math.min(...draws));
}

function createPoster(index: number): Poster {
  // Steps of the golden ratio: any run of posters is spread evenly over all numbers of followers.
  const millionth = (index * 618_034) % 1_000_000;
  const named = index % SAME_NAME_EVERY === SAME_NAME_EVERY - 1 ? index - 1 : index;
  return { name: createName(named), followers: formatFollowers(interpolateFollowers(millionth / 1_000)) };
}

function createName(index: number): string {
  const random = new SeededRandom(`poster ${index}`);
  const pick = (words: readonly string[]) => words[random.below(words.length)] ?? '';
  const topic = () => `${pick(pickVocabulary(random).traits)} ${pick(pickVocabulary(random).things)}`;
  const person = `${pick(FIRST_NAMES)} ${pick(LAST_NAMES)}`;
  const forms = [
    () => person,
    () => person,
    () => person,
    () => person,
    () => person,
    () => `${pick(LAST_NAMES)} & ${pick(LAST_NAMES)} ${pick(TRADES)}`,
    () => `${person.toLowerCase().replace(' ', '')}${random.below(100)}`,
    () => `${topic()} by ${person}`,
    () => `${person} | ${topic()}, ${topic()} & ${topic()}`,
    () => `${pick(LAST_NAMES)} ${pick(TRADES)} | ${topic()}`,
  ];
  const name = index === 0 ? repeatTopics(topic) : (forms[random.below(forms.length)] ?? (() => person))();
  // Two of a hundred names have a blank at an end.
  return [` ${name}`, `${name} `][random.below(100)] ?? name;
}

function repeatTopics(topic: () => string): string {
  return Array.from({ length: 20 }, topic).join(', ').slice(0, LONGEST_NAME);
}

function pickVocabulary(random: SeededRandom): (typeof VOCABULARIES)[number] {
  const chosen = VOCABULARIES[random.below(VOCABULARIES.length)];
  if (chosen === undefined) throw new RangeError('there is no vocabulary');
  return chosen;
}

function interpolateFollowers(thousandth: number): number {
  const above = FOLLOWERS.findIndex(([limit]) => limit > thousandth);
  const [from, low] = FOLLOWERS[above - 1] ?? [0, 0];
  const [to, high] = FOLLOWERS[above] ?? [1_000, low];
  return Math.floor(low + ((high - low) * (thousandth - from)) / (to - from));
}

/** As the site abbreviates: `940`, `136k`, `2M`; never a decimal. */
function formatFollowers(followers: number): string {
  if (followers < 1_000) return String(followers);
  return followers < 1_000_000 ? `${Math.floor(followers / 1_000)}k` : `${Math.floor(followers / 1_000_000)}M`;
}
