import { renderRounds, renderSummary, type Round } from '../../../bench/orchestration/render-rounds.ts';

const round = (airflowMs: number, spanMs: number, temporalMs: number): Round => ({
  ...{ airflowMs, airflowTasks: { spanMs, insideMs: 900 }, airflowCpuSeconds: 3, temporalMs },
});
const rounds = [round(6_000, 3_000, 60), round(3_000, 2_400, 120), round(4_500, 2_700, 90)];
const alone = { runs: [40, 60, 50, 50], cpuSeconds: 0.2 };

test('the table has both ratios pair by pair, so that their spread is seen', () => {
  expect(renderRounds(rounds, alone)).toEqual(
    expect.arrayContaining([
      '| Airflow: per step, ms | 1,500 | 1,000 | 2,000 |',
      '| Temporal: per step, ms | 30.0 | 20.0 | 40.0 |',
      '| ratio of a pair | 50.0 | 25.0 | 100.0 |',
      '| ratio of a pair, of Airflow only its tasks’ span | 30.0 | 20.0 | 50.0 |',
      '| Temporal, 4 without Airflow between, ms | 50.0 | 40.0 | 60.0 |',
    ]),
  );
});

test('the summary has the ratios of the medians and the CPU time of one run', () => {
  expect(renderSummary(rounds, alone)).toBe(
    "ratio of medians 50.0, of Airflow only its tasks' span 30.0; Temporal 0.050 CPU s a run",
  );
});
