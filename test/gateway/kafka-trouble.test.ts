import { KafkaTrouble } from '../../gateway/kafka-trouble.ts';

test('what was heard of late explains a sentence, the oldest first and each text once', () => {
  let now = 0;
  const trouble = new KafkaTrouble(() => now);
  expect(trouble.explain('not confirmed')).toBe('not confirmed');

  trouble.note('Disk error');
  trouble.note('connect ECONNREFUSED');
  now = 14_000;
  trouble.note('connect ECONNREFUSED');
  expect(trouble.explain('not confirmed')).toBe('not confirmed (heard of Kafka: Disk error; connect ECONNREFUSED)');

  now = 16_000;
  expect(trouble.explain('not confirmed')).toBe('not confirmed (heard of Kafka: connect ECONNREFUSED)');
});

test('a trouble of many words is told by its first three', () => {
  const trouble = new KafkaTrouble();
  for (const text of ['a', 'b', 'c', 'd']) trouble.note(text);
  expect(trouble.explain('x')).toBe('x (heard of Kafka: a; b; c)');
});
