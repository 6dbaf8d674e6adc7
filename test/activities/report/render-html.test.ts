import { drawChart } from '../../../activities/report/adapter.ts';
import { renderHtml } from '../../../activities/report/render-html.ts';
import { makeEmptyQueries, makeQueries, makeReportInput } from './report-input.ts';

const render = (changes: Parameters<typeof makeReportInput>[0] = {}) => renderHtml(makeReportInput(changes), drawChart);

test('the page names the run and answers the eight questions with tables and charts', () => {
  const page = render();
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page).toContain('<title>pinterest 2026-11-22 · Pinflow run report</title>');
  for (const text of ['daily-pinterest-2026-11-22', '2026-11-22 06:00:03 UTC', '1 min 19 s', 'sweep, seed 100']) {
    expect(page).toContain(text);
  }
  expect(page.match(/<section class="question"/g)).toHaveLength(8);
  // One for each question and one for the steps.
  expect(page.match(/<svg /g)).toHaveLength(9);
  expect(page).toContain('2 countries, 1 with a tie.');
  expect(page).toContain('The most followed user of all has 8,000,000 followers, in Albania and Angola.');
  expect(page).toContain('aria-label="Median followers, logarithmic axis: 2015 98,000, 2016 no value"');
});

test('equal inputs give equal bytes', () => {
  expect(render()).toBe(render());
});

test('the page has no script, no external resource and a policy against both', () => {
  const page = render();
  expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;');
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|@import|url\(|\son[a-z]+=/i);
  expect([...page.matchAll(/https?:\/\/[^"\s]+/g)].map(([url]) => url)).toEqual(
    Array(9).fill('http://www.w3.org/2000/svg'),
  );
});

test('hostile text is shown and never becomes markup', () => {
  const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
  const { run } = makeReportInput();
  const page = render({
    run: { ...run, pipeline: hostile, date: hostile, workflowId: hostile, source: hostile, startedAt: hostile },
    steps: [{ name: hostile, seconds: 1 }],
    queries: makeQueries({
      ...{ q1: [[hostile, hostile, 1]], q2: [[2018, hostile, 1]], q2_top: [[2018, hostile, 1]] },
      ...{ q3a: [[hostile, hostile, 1]], q3b: [[hostile, 1]], q4: [[hostile, hostile, 1]] },
      ...{ q5: [[hostile, 1]], q8: [[hostile, 2015, 1]] },
    }),
  });
  expect(page.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(20);
  expect(page).not.toMatch(/<script|<img/i);
});

test('questions without rows get a sentence instead of a table and a chart', () => {
  const page = render({ queries: makeEmptyQueries(), steps: [] });
  expect(page).not.toContain('<svg');
  expect(page.match(/no rows\. The clean tables hold nothing that this question asks for\./g)).toHaveLength(10);
  expect(page).toContain('No step was timed.');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test('the run is linked where there is a web page, and only then', () => {
  const { run } = makeReportInput();
  const linked = render({ run: { ...run, temporalUrl: 'http://ui/?a=1&b=2', databricksUrl: 'https://host/#job/1' } });
  expect(linked).toContain('<a href="http://ui/?a=1&amp;b=2">Temporal workflow</a>');
  expect(linked).toContain('<a href="https://host/#job/1">Databricks run</a>');

  expect(render()).not.toContain('<a ');
  expect(render({ run: { ...run, temporalUrl: 'javascript:alert(1)' } })).not.toMatch(/<a |javascript:/);
});

test('an unbalanced run says so in its head', () => {
  const { ledger } = makeReportInput();
  const page = render({ ledger: { ...ledger, pin: { ...ledger.pin, acknowledged: 1499 } } });
  expect(page.match(/✗ unbalanced/g)).toHaveLength(2);
  expect(page).not.toContain('✓ balanced');
});
