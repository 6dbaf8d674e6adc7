import { COUNTRIES } from '../../../activities/synthetic/countries.ts';
import { FIRST_NAMES, LAST_NAMES } from '../../../activities/synthetic/names.ts';
import { PERSON_COUNT } from '../../../activities/synthetic/people.ts';
import type { GeoRow, UserRow } from '../../../domain/records.ts';
import { countValues, expectCounts, readGeos, readUsers } from './read-data-set.ts';

/** What was measured in the course's 11,154 rows; a person is (first name, last name, age, date joined). */
const TOLERANCE = 0.06;

let geos: readonly GeoRow[];
let users: readonly UserRow[];
let postsOf: Map<string, number>;

const personOf = ({ first_name, last_name, age, date_joined }: UserRow) =>
  [first_name, last_name, age, date_joined].join('|');
const groupOf = (age: number) => (age < 25 ? '18-24' : age < 36 ? '25-35' : age < 51 ? '36-50' : '+50');

beforeAll(async () => {
  [geos, users] = await Promise.all([readGeos(), readUsers()]);
  postsOf = countValues(users.map(personOf));
});

/** One row for each person. */
function oneOfEach(): UserRow[] {
  return [...new Map(users.map((user) => [personOf(user), user])).values()];
}

test('5,307 people share the posts as unevenly as measured', () => {
  expect(postsOf.size).toBe(PERSON_COUNT);
  expect(Math.max(...postsOf.values())).toBe(244);
  const single = [...postsOf.values()].filter((posts) => posts === 1).length;
  expect(single).toBe(3_868);
});

test('a person lives in exactly one place, and nobody else does', () => {
  const placeOf = geos.map(({ latitude, longitude, country }) => `${latitude}|${longitude}|${country}`);
  expect(new Set(placeOf).size).toBe(PERSON_COUNT);
  expect(new Set(users.map((user, key) => `${personOf(user)}|${placeOf[key]}`)).size).toBe(PERSON_COUNT);
});

test('names repeat, but at most four people share one', () => {
  const names = countValues(oneOfEach().map((user) => `${user.first_name} ${user.last_name}`));
  expectCounts(new Map([['names', names.size]]), [['names', 5_081]], 0.03);
  expect(Math.max(...names.values())).toBe(4);
});

test('ages are 20 to 60 and skewed to the young', () => {
  const ages = users.map(({ age }) => age);
  expect([Math.min(...ages), Math.max(...ages)]).toEqual([20, 60]);
  expectCounts(
    countValues(ages),
    [
      [20, 2_126],
      [21, 1_218],
    ],
    TOLERANCE,
  );
  expectCounts(
    countValues(ages.map(groupOf)),
    [
      ['18-24', 4_916],
      ['25-35', 3_005],
      ['36-50', 2_225],
      ['+50', 1_008],
    ],
    TOLERANCE,
  );
  expectCounts(
    countValues(oneOfEach().map(({ age }) => groupOf(age))),
    [
      ['18-24', 1_010],
      ['25-35', 1_591],
      ['36-50', 1_742],
      ['+50', 964],
    ],
    TOLERANCE,
  );
});

test('people joined from October 2015 to October 2017, in the measured shares', () => {
  const joined = users.map(({ date_joined }) => date_joined).sort();
  expect((joined.at(0) ?? '') >= '2015-10-21 03:17:47').toBe(true);
  expect((joined.at(-1) ?? '') < '2017-10-19 15:13:42').toBe(true);
  const years = countValues(joined.map((date) => date.slice(0, 4)));
  expect(years.size).toBe(3);
  expectCounts(
    years,
    [
      ['2015', 4_507],
      ['2016', 4_791],
      ['2017', 1_856],
    ],
    TOLERANCE,
  );
  expectCounts(
    countValues(oneOfEach().map(({ date_joined }) => date_joined.slice(0, 4))),
    [
      ['2015', 841],
      ['2016', 2_760],
      ['2017', 1_706],
    ],
    TOLERANCE,
  );
});

test('countries are skewed to the letter A and the coordinates to the south-west', () => {
  const countries = countValues(geos.map(({ country }) => country));
  expect(countries.size).toBe(243);
  expect([...countries.keys()].slice(0, 2)).toEqual(['Albania', 'Algeria']);
  expectCounts(
    countries,
    [
      ['Albania', 563],
      ['Algeria', 487],
    ],
    TOLERANCE,
  );
  const share = geos.filter(({ country }) => country.startsWith('A')).length / geos.length;
  expect(Math.abs(share - 0.33)).toBeLessThan(0.04);
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length / 2] ?? Number.NaN;
  expect(Math.abs(median(geos.map(({ latitude }) => latitude)) - -62)).toBeLessThan(3);
  expect(Math.abs(median(geos.map(({ longitude }) => longitude)) - -121)).toBeLessThan(3);
});

test('coordinates have at most the six digits that a MySQL FLOAT shows', () => {
  const long = geos.filter(({ latitude, longitude }) =>
    [latitude, longitude].some((degrees) => Number(degrees.toPrecision(6)) !== degrees),
  );
  expect(long).toEqual([]);
});

test('countries and names are in alphabetical order, each once', () => {
  for (const words of [COUNTRIES, FIRST_NAMES, LAST_NAMES]) expect([...new Set(words)].sort()).toEqual(words);
  expect(COUNTRIES).toEqual(
    expect.arrayContaining([
      "Cote d'Ivoire",
      'Antarctica (the territory South of 60 deg S)',
      "Lao People's Democratic Republic",
      'Bouvet Island (Bouvetoya)',
      'Holy See (Vatican City State)',
    ]),
  );
});
