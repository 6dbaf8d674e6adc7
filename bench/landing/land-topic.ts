import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { createLandingActivities } from '../../activities/landing/activities.ts';
import { S3ObjectStore } from '../../activities/s3/adapter.ts';
import { loadConfig } from '../../config/load.ts';
import { runInActivity } from '../../test/support/in-activity.ts';
import { makePlan } from '../../test/support/run-plans.ts';
import type { Mark } from './measure-process.ts';

/** Our side, in a process of its own: plans and lands the pins of a pipeline once, as a worker does. */

const [pipeline = ''] = process.argv.slice(2);
const plan = makePlan({ pipeline, workflowId: `daily-${pipeline}-2026-11-22` });
const kind = 'pin';
const { kafka: brokers, s3, landing: limits } = loadConfig();
const kafka = createKafkaLog({ ...brokers, clientId: 'bench-landing' });
const store = new S3ObjectStore(s3);
const { maxRecords, maxSeconds } = limits;
const landing = createLandingActivities({ kafka, store, maxRecords, maxAgeMs: maxSeconds * 1_000 });

const began = readMark();
const ranges = await runInActivity(() => landing.planRanges({ plan, kind }));
await runInActivity(() => landing.landKind({ plan, kind, ranges }));
console.log(JSON.stringify({ began, ended: readMark() }));
await kafka.close();
store.close();

function readMark(): Mark {
  const { user, system } = process.cpuUsage();
  return { at: Date.now(), cpuSeconds: (user + system) / 1e6 };
}
