import fc from 'fast-check';
import { drawChart } from '../../../activities/report/adapter.ts';
import type { Chart } from '../../../activities/report/chart.ts';

const formatValue = (value: number) => `${value} posts`;
const bars = (labels: readonly string[]): Chart => {
  return { shape: 'bars', labels, values: labels.map((_, index) => index + 3), formatValue };
};
const matrix = (label: string): Chart => {
  const cells = [{ row: 0, column: 0, value: 7 }];
  return { shape: 'matrix', rows: [label], columns: [label], cells, formatValue };
};

/** Text of the drawing in the order of its elements. */
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

test('bars are drawn with their labels and written values', () => {
  const svg = drawChart(bars(['emulate', 'land']));
  expect(svg).toMatch(/^<svg xmlns="[^"]+" viewBox="0 0 480 \d+">[^]*<\/svg>$/);
  expect(textsOf(svg)).toEqual(['emulate', 'land', '3 posts', '4 posts']);
  expect(svg.match(/fill="var\(--accent\)"/g)).toHaveLength(2);
});

test('dots stand on an axis of powers of ten around the values', () => {
  const svg = drawChart({ shape: 'dots', labels: ['18-24', '+50'], values: [136_000, 2_500], formatValue });
  expect(textsOf(svg)).toEqual(['18-24', '+50', '1k', '10k', '100k', '1M', '136000 posts', '2500 posts']);
});

test('a median of zero has a dot at the foot of the axis, and none has no dot', () => {
  const svg = drawChart({ shape: 'dots', upright: true, labels: ['a', 'b', 'c'], values: [0, null, 40], formatValue });
  expect(svg).not.toMatch(/NaN|Infinity|null/);
  expect(textsOf(svg).slice(-2)).toEqual(['0 posts', '40 posts']);
});

test('equal medians and a single zero can be drawn', () => {
  for (const values of [
    [1000, 1000],
    [0, 0],
  ]) {
    const svg = drawChart({ shape: 'dots', labels: ['a', 'b'], values, formatValue });
    expect(textsOf(svg).slice(-2)).toEqual(values.map(formatValue));
    expect(svg).not.toMatch(/NaN|Infinity/);
  }
});

test('a matrix has a cell for each value, darker for the greater', () => {
  const cells = [
    { row: 0, column: 0, value: 1000 },
    { row: 1, column: 1, value: 10 },
  ];
  const chart = { shape: 'matrix', rows: ['art', 'travel'], columns: ['2018', '2019'], cells, formatValue } as const;
  const opacities = (svg: string) => [...svg.matchAll(/fill-opacity="([^"]+)"/g)].map(([, opacity]) => Number(opacity));

  const byAmount = opacities(drawChart(chart));
  const byMagnitude = opacities(drawChart({ ...chart, logarithmic: true }));

  expect(textsOf(drawChart(chart))).toEqual(
    expect.arrayContaining(['art', 'travel', '2018', '1000 posts', '10 posts']),
  );
  expect(byAmount).toEqual([0.5, expect.closeTo(0.0545)]);
  expect(byMagnitude).toEqual([0.5, 0.05]);
});

test('a hostile label stays text', () => {
  const label = `"><script>alert('1')</script>&`;
  for (const chart of [bars([label]), matrix(label)]) {
    const svg = drawChart(chart);
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toContain('<script');
  }
});

test('any label gives a drawing of the same elements', () => {
  const shapeOf = (svg: string) => [...svg.matchAll(/<\/?([a-z]+)(?= |>)/gi)].map(([tag]) => tag);
  const expected = shapeOf(drawChart(matrix('x')));
  fc.assert(
    fc.property(fc.stringMatching(/^[!-~{}|<>"'&;=/ ]*[!-~]$/), (label) => {
      expect(shapeOf(drawChart(matrix(label)))).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});

test('equal charts give equal bytes, without anything that is numbered per process or meant for a script', () => {
  const first = drawChart(matrix('x'));
  drawChart(bars(['between']));
  expect(drawChart(matrix('x'))).toBe(first);
  expect(first).not.toMatch(/class=|id=|ecmeta|<style|#[0-9a-f]{3,6}/);
});

test('a drawing leaves no timer that goes on', () => {
  jest.useFakeTimers();
  try {
    drawChart(bars(['a']));
    jest.advanceTimersByTime(1_000);
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
