import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { cacheDirectory, loadConfig } from '../../config/load.ts';
import { parseKillPoint, withKillPoint } from '../../infra/local/faults/kill-points.ts';
import { prepareBundle } from '../../worker/bundle.ts';
import { createWorkers } from '../../worker/create.ts';
import { runWorkers } from '../../worker/run-workers.ts';
import { installLogger } from '../../worker/telemetry.ts';
import { wireActivities } from '../../worker/wiring.ts';

/** The worker process, except that it ends itself with SIGKILL at the point that PINFLOW_TEST_KILL_AT names. */
const config = loadConfig();
const log = installLogger('error');
const { address, namespace } = config.temporal;
const connection = await NativeConnection.connect({ address });
const { activities } = wireActivities(config, new Client({ connection, namespace }));

/** Said just before the end, as the proof that it came here; nothing that follows is reached. */
async function kill(): Promise<never> {
  process.stdout.write('killed at the point\n');
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

const workers = await createWorkers(config.worker.queues, {
  ...{ connection, namespace, deployment: undefined },
  activities: withKillPoint(activities, parseKillPoint(String(process.env['PINFLOW_TEST_KILL_AT'])), kill),
  loadBundle: async () => {
    const workflows = join(process.cwd(), 'workflows/index.ts');
    const directory = join(cacheDirectory(), 'workflow-bundles');
    return (await prepareBundle({ workflows, directory, logger: Runtime.instance().logger })).code;
  },
});
log.error('worker is ready');
await runWorkers([...workers.values()]);
