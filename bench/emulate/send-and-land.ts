import { createEmulationActivities } from '../../activities/emulation/activities.ts';
import { createGateway } from '../../activities/gateway/adapter.ts';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { createLandingActivities } from '../../activities/landing/activities.ts';
import { S3ObjectStore } from '../../activities/s3/adapter.ts';
import { loadConfig } from '../../config/load.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { runInActivity } from '../../test/support/in-activity.ts';
import { makePlan } from '../../test/support/run-plans.ts';
import type { Mark } from '../landing/measure-process.ts';
import { openRepeatedSource, prepareRows } from './repeated-source.ts';
import { sendOneByOne } from './send-one-by-one.ts';

/**
 * One side, in a process of its own: sends the posts of a pipeline and lands them, as a worker does. `how`: `batched` is the
 * emulator, `prepared` the same with rows that were made before, `one-by-one` the peer.
 */

const [pipeline = '', how = '', count = ''] = process.argv.slice(2);
const posts = Number(count);
const plan = makePlan({ pipeline, workflowId: `daily-${pipeline}-2026-11-22` });
const { gateway: address, kafka: brokers, s3, landing: limits } = loadConfig();
const [gateway, kafka, store] = [
  createGateway(address),
  createKafkaLog({ ...brokers, clientId: 'bench-emulate' }),
  new S3ObjectStore(s3),
];
const repeated = await openRepeatedSource(posts);
const source = how === 'prepared' ? await prepareRows(repeated, posts) : repeated;
const emulation = createEmulationActivities({ kafka, store, gateway, openSource: async () => source });
const { maxRecords, maxSeconds } = limits;
const landing = createLandingActivities({ kafka, store, maxRecords, maxAgeMs: maxSeconds * 1_000 });
await runInActivity(() => emulation.prepareRun(plan));

const forEachKind = (run: (kind: (typeof RECORD_KINDS)[number]) => Promise<unknown>) =>
  runInActivity(() => Promise.all(RECORD_KINDS.map(run)));

const began = readMark();
if (how === 'one-by-one') await sendOneByOne({ plan, posts, source, gateway });
else await forEachKind((kind) => emulation.emulateKind({ plan, kind }));
const sent = readMark();
await forEachKind(async (kind) => {
  const ranges = await landing.planRanges({ plan, kind });
  await landing.landKind({ plan, kind, ranges });
});
console.log(JSON.stringify({ began, sent, ended: readMark() }));
await kafka.close();
store.close();

function readMark(): Mark {
  const { user, system } = process.cpuUsage();
  return { at: Date.now(), cpuSeconds: (user + system) / 1e6 };
}
