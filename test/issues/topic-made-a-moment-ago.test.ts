import type { RestError } from '../../gateway/rest-errors.ts';
import { TopicDirectory, type TopicPartition } from '../../gateway/topic-directory.ts';
import { ledBy } from '../gateway/led-by.ts';

/** Kafka's topics, and a directory of them. */
function createCluster() {
  const topics = new Map<string, TopicPartition[]>();
  let answering: Promise<void> | undefined;
  const directory = new TopicDirectory(async () => {
    const answer = new Map(topics);
    await answering;
    return answer;
  });
  return {
    directory,
    make: (topic: string) => topics.set(topic, ledBy(1)),
    /** Holds back the answers to what is asked from now on until it is called. */
    holdAnswers: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      answering = promise;
      return resolve;
    },
  };
}

test('a topic made right after another one was looked for is found', async () => {
  const { directory, make } = createCluster();
  await expect(directory.findPartitions('a.pin')).rejects.toMatchObject({ code: 40401 });
  make('a.pin');
  expect(await directory.findPartitions('a.pin')).toEqual(ledBy(1));
});

test('a topic made while Kafka is being asked for its topics is found', async () => {
  const { directory, make, holdAnswers } = createCluster();
  const answer = holdAnswers();
  const early = directory.refresh();
  make('a.pin');
  const found = directory.findPartitions('a.pin');
  answer();
  await early;
  expect(await found).toEqual(ledBy(1));
});

test('a topic made while another look-up waits for its answer is found', async () => {
  const { directory, make, holdAnswers } = createCluster();
  const answer = holdAnswers();
  const missed = directory.findPartitions('a.pin').catch(({ code }: RestError) => code);
  await new Promise((resolve) => setTimeout(resolve, 10));
  make('a.pin');
  const found = directory.findPartitions('a.pin');
  answer();
  expect(await missed).toBe(40401);
  expect(await found).toEqual(ledBy(1));
});
