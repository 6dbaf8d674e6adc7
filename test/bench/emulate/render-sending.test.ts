import { renderSending } from '../../../bench/emulate/render-sending.ts';

test('a side is told by its whole way, by the way to Kafka, and by the CPU time of the sending alone', () => {
  const mark = (at: number, cpuSeconds: number) => ({ at, cpuSeconds });
  const measurement = {
    ...{ seconds: 4, cpuSeconds: 9, startSeconds: 1, startCpuSeconds: 1 },
    marks: { began: mark(1_000, 1), sent: mark(3_000, 2.5), ended: mark(5_000, 9) },
  };
  expect(renderSending({ how: 'batched', posts: 50_000, measurements: [measurement] })).toEqual([
    '| batched: records/s from row to object | 37,500 | 37,500 | 37,500 |',
    '| batched: records/s until Kafka has them | 75,000 | 75,000 | 75,000 |',
    '| batched: CPU s of the emulator per 300,000 | 3.00 | 3.00 | 3.00 |',
  ]);
});
