import type { QueryTable } from '../../../activities/ports.ts';
import { QUESTIONS } from '../../../activities/report/questions.ts';
import { renderQuestion } from '../../../activities/report/render-question.ts';
import { makeQueries } from './report-input.ts';

function renderFirst(rows: QueryTable['rows']): string {
  const [question] = QUESTIONS;
  if (question === undefined) throw new Error('no question');
  return renderQuestion({ question, number: 1, queries: makeQueries({ q1: rows }), drawChart: () => '<svg></svg>' })
    .text;
}

const makeRows = (count: number) => [...Array(count).keys()].map((n) => [`Country ${n}`, 'art', 1000 + n]);

test('numbers are aligned and have separators, texts are not', () => {
  expect(renderFirst([['Albania', 'art', 1234]])).toContain('<td>Albania</td><td>art</td><td class="n">1,234</td>');
});

test('a long table scrolls in a box that the keyboard reaches and says how long it is', () => {
  expect(renderFirst(makeRows(12))).not.toContain('scroll');
  const page = renderFirst(makeRows(13));
  expect(page).toContain('class="box scroll" tabindex="0" role="region" aria-label="Leading category by country"');
  expect(page).toContain('13 rows');
});

test('a table of one row does not speak of rows', () => {
  expect(renderFirst(makeRows(1))).toContain('1 row<');
  expect(renderFirst(makeRows(1))).toContain('1 country, none with a tie.');
});

test('a table that is too long for a page is cut, and says where the rest is', () => {
  const page = renderFirst(makeRows(2_001));
  expect(page.match(/<td>art<\/td>/g)).toHaveLength(2_000);
  expect(page).toContain('2,001 rows, the first 2,000 shown; report.json has all');
});
