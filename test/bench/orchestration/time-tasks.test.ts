import { timeTasks } from '../../../bench/orchestration/time-tasks.ts';

test('tasks take from the first start to the last end, whatever order Airflow tells them in', () => {
  const tasks = [
    { start_date: '2026-11-28T06:00:02.500000Z', end_date: '2026-11-28T06:00:02.750000Z' },
    { start_date: '2026-11-28T06:00:01.000000Z', end_date: '2026-11-28T06:00:01.250000Z' },
  ];
  expect(timeTasks(tasks)).toEqual({ spanMs: 1_750, insideMs: 500 });
});
