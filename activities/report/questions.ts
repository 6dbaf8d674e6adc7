import type { QueryTable } from '../ports.ts';
import type { Chart } from './chart.ts';
import { chartDots, chartJoined, chartMatrix, chartTop } from './chart-tables.ts';
import { formatCount, joinWords } from './format-values.ts';
import type { QueryName, QueryTables } from './query-tables.ts';

/** One of the eight questions: its words, the tables that answer it, and a drawing of them. */
export interface Question {
  readonly words: string;
  /** What the words leave open: what is counted, and what happens to ties. */
  readonly definition: string;
  /** A sentence with the answer in it, where one sentence can hold it. */
  readonly answer?: (queries: QueryTables) => string | undefined;
  readonly tables: readonly { readonly name: QueryName; readonly caption: string }[];
  readonly chart: { readonly caption: string; readonly draw: (queries: QueryTables) => Chart | undefined };
}

/** A chart of more bars than this is a table. */
const TOP = 15;

export const QUESTIONS: readonly Question[] = [
  {
    words: 'Which category is the most popular in each country?',
    definition: 'By number of posts. Categories that tie are all listed.',
    answer: ({ q1 }) => describeTies(q1),
    tables: [{ name: 'q1', caption: 'Leading category by country' }],
    chart: { caption: `Posts in the leading category, ${TOP} largest`, draw: ({ q1 }) => chartTop(q1, TOP) },
  },
  {
    words: 'How many posts did each category have in each year from 2018 to 2022, and which one led?',
    definition: 'By the time of the post, UTC. Categories that tie for the lead are all listed.',
    tables: [
      { name: 'q2_top', caption: 'Leading category by year' },
      { name: 'q2', caption: 'Posts by year and category' },
    ],
    chart: { caption: 'Posts by category and year', draw: ({ q2 }) => chartMatrix(q2, { rows: 1, columns: 0 }) },
  },
  {
    words: 'Who is the most followed user in each country, and in which country is the most followed of all?',
    definition: 'By the highest follower count of a poster’s posts. Posters who tie are all listed.',
    answer: ({ q3b }) => describeMostFollowed(q3b),
    tables: [
      { name: 'q3b', caption: 'Country of the most followed user' },
      { name: 'q3a', caption: 'Most followed user by country' },
    ],
    chart: { caption: `Followers of the most followed user, ${TOP} largest`, draw: ({ q3a }) => chartTop(q3a, TOP) },
  },
  {
    words: 'Which category is the most popular in each age group?',
    definition: 'By number of posts. Groups include both ends: 50 is in 36-50. Under 18 and unknown ages are in none.',
    tables: [{ name: 'q4', caption: 'Leading category by age group' }],
    chart: {
      caption: 'Posts in the leading category, by age group',
      draw: ({ q4 }) => chartMatrix(q4, { rows: 1, columns: 0 }),
    },
  },
  {
    words: 'What is the median follower count of each age group?',
    definition: 'Over posts: a user counts once for each post. Posts without a follower count are left out.',
    tables: [{ name: 'q5', caption: 'Median followers by age group' }],
    chart: { caption: 'Median followers, logarithmic axis', draw: ({ q5 }) => chartDots(q5, { upright: false }) },
  },
  {
    words: 'How many users joined in each year from 2015 to 2020?',
    definition: 'A user counts once, however many posts. A year in which nobody joined has no row.',
    tables: [{ name: 'q6', caption: 'Users joined by year' }],
    chart: { caption: 'Users joined', draw: ({ q6 }) => chartJoined(q6) },
  },
  {
    words: 'What is the median follower count of users by the year in which they joined?',
    definition: 'Over posts, joined 2015 to 2020.',
    tables: [{ name: 'q7', caption: 'Median followers by year of joining' }],
    chart: { caption: 'Median followers, logarithmic axis', draw: ({ q7 }) => chartDots(q7, { upright: true }) },
  },
  {
    words: 'What is the median follower count by year of joining and age group?',
    definition: 'Over posts, joined 2015 to 2020.',
    tables: [{ name: 'q8', caption: 'Median followers by age group and year of joining' }],
    chart: {
      caption: 'Median followers, shaded by order of magnitude',
      draw: ({ q8 }) => chartMatrix(q8, { rows: 0, columns: 1, logarithmic: true }),
    },
  },
];

function describeTies({ rows }: QueryTable): string | undefined {
  const leaders = new Map<unknown, number>();
  for (const [country] of rows) leaders.set(country, (leaders.get(country) ?? 0) + 1);
  if (leaders.size === 0) return undefined;
  const tied = [...leaders.values()].filter((count) => count > 1).length;
  const countries = leaders.size === 1 ? '1 country' : `${formatCount(leaders.size)} countries`;
  return tied === 0 ? `${countries}, none with a tie.` : `${countries}, ${formatCount(tied)} with a tie.`;
}

function describeMostFollowed({ rows }: QueryTable): string | undefined {
  const followers = rows[0]?.[1];
  if (typeof followers !== 'number') return undefined;
  const countries = joinWords(rows.map(([country]) => String(country)));
  return `The most followed user of all has ${formatCount(followers)} followers, in ${countries}.`;
}
