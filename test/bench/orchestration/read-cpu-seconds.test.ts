import { parseTicks } from '../../../bench/orchestration/read-cpu-seconds.ts';

test('a process has used its own time and that of its children, whatever it calls itself', () => {
  const stat = '4711 (airflow) (x) S 1 4711 4711 0 -1 4194560 100 200 0 0 30 4 500 60 20 0 1 0 777 1000 10';
  expect(parseTicks(stat)).toBe(594);
});
