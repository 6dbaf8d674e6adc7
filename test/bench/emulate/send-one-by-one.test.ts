import { setImmediate as turn } from 'node:timers/promises';
import { sendOneByOne } from '../../../bench/emulate/send-one-by-one.ts';
import { MemoryGateway, MemoryKafka } from '../../support/memory-kafka.ts';
import { makeSource } from '../../support/memory-source.ts';
import { makePlan } from '../../support/run-plans.ts';

test('each row goes once, in a request of its own, 32 at a time', async () => {
  const kafka = new MemoryKafka();
  const memory = new MemoryGateway(kafka);
  let [underWay, most] = [0, 0];
  const gateway = {
    postRows: async (post: Parameters<typeof memory.postRows>[0]) => {
      most = Math.max(most, ++underWay);
      await turn();
      underWay -= 1;
      return memory.postRows(post);
    },
  };
  await sendOneByOne({ plan: makePlan(), posts: 100, source: makeSource(100), gateway });
  expect([...kafka.topics.values()].map(([log]) => log?.length)).toEqual([100, 100, 100]);
  expect([memory.produced, most]).toEqual([300, 32]);
});
