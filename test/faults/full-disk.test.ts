import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { tellError } from '../../client/report-error.ts';
import { startRun } from '../../client/start-run.ts';
import { checkRun } from '../../domain/daily-start.ts';
import { loadConfig } from '../../config/load.ts';
import { databricksRunName } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { describeSmallDisks, freeDisk, withEnginesOnSmallDisk, withSmallDisk } from '../support/full-disks.ts';
import { InstantDatabricks } from '../support/instant-databricks.ts';
import { LandingRun } from '../support/landing-run.ts';
import { startWorker } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { countDoubled, countLost } from '../support/run-results.ts';
import { waitUntil } from '../support/running-stack.ts';

const lane = loadConfig();
const ROWS = 300;
const suffix = Date.now().toString(36);

/** What is to be ended however the tests end. */
const left: (() => unknown)[] = [];

afterAll(async () => {
  await Promise.all(left.map((end) => end()));
});

/** Disks that are full while a run goes on, until somebody makes room. The tests mostly wait, so they do it side by side. */
describeSmallDisks('a full disk', () => {
  test.concurrent('of Kafka and of the log of the gateway lets nothing be acknowledged that is not kept', () =>
    withEnginesOnSmallDisk(['kafka', 'gateway'], async (stack, disk) => {
      const { kafka, gateway } = stack.config;
      const run = new LandingRun({ ...lane, kafka, gateway }, { pipeline: `kafka-full-${suffix}`, rows: ROWS });
      await run.prepare();
      disk.shrinkToFit(32 * 1024);

      const sending = run.send();
      await waitUntil('the gateway refuses', async () => run.failures.length > 0);
      const [refusal] = run.failures;
      expect(disk.free).toBe(0);
      expect(refusal?.message).toContain('Disk error when trying to access log file on the disk');
      expect(refusal?.remedy).toContain('check the gateway and what is behind it, for Kafka also the disk of its log');
      // A broker without a disk to write to ends itself.
      expect(await stack.awaitEnd('kafka')).toBe('ended with code 1');

      freeDisk(disk);
      const freedAt = Date.now();
      await stack.restart('kafka');
      const acknowledged = await sending;
      const recoveryMs = [Date.now() - freedAt];
      const { counts } = await run.land();
      await run.close();

      expect(acknowledged).toBe(ROWS);
      expect(counts).toMatchObject({ landed: ROWS, corrupt: 0, phantom: 0 });
      const { lost, repeated: duplicated } = counts;
      reportFault({ number: 28, fault: 'disk of Kafka full', injected: 1, lost, duplicated, recoveryMs });
    }),
  );

  test.concurrent('of the S3 server lets no half object be seen', () =>
    withEnginesOnSmallDisk(['s3'], async (stack, disk) => {
      const { s3 } = stack.config;
      const run = new LandingRun({ ...lane, s3 }, { pipeline: `s3-full-${suffix}`, rows: ROWS });
      await run.send();
      disk.shrinkToFit(100 * 1024);

      const landing = run.land();
      await waitUntil('objects cannot be written', async () => run.failures.length > 1);
      const [failure] = run.failures;
      expect(failure?.message).toMatch(/could not write "topics\/.*" in bucket "pinflow": .*No space left on device/);
      expect(failure?.remedy).toContain('check the S3 endpoint and the disk behind it');
      expect(await run.findHalfObjects()).toEqual([]);
      const before = (await run.describeObjects()).objects.size;

      freeDisk(disk);
      const freedAt = Date.now();
      const { counts } = await landing;
      const recoveryMs = [Date.now() - freedAt];
      const { objects, overlaps: duplicated } = await run.describeObjects();
      const half = await run.findHalfObjects();
      await run.close();

      expect(objects.size).toBeGreaterThan(before);
      expect(half).toEqual([]);
      expect(counts).toMatchObject({ landed: ROWS, corrupt: 0, phantom: 0, repeated: 0 });
      const { failures } = run;
      const fault = 'disk of the S3 server full';
      reportFault({ number: 28, fault, injected: failures.length, lost: counts.lost, duplicated, recoveryMs });
    }),
  );

  test.concurrent('of Temporal, with that of its worker, ends no run that had begun', () =>
    withSmallDisk((workerDisk) =>
      withEnginesOnSmallDisk(['temporal'], async (stack, disk) => {
        const databricks = await InstantDatabricks.start();
        const countRuns = ({ workflowId }: RunPipelineResult) =>
          databricks.countRuns(databricksRunName(workflowId, 'run-job'));
        workerDisk.shrinkToFit();
        const temporary = { PINFLOW_CACHE: workerDisk.path, TMPDIR: workerDisk.path };
        const worker = await startWorker({ ...stack.pick('TEMPORAL_ADDRESS'), ...databricks.variables, ...temporary });
        left.push(
          () => worker.stop('SIGKILL'),
          () => databricks.close(),
        );
        expect(worker.readOutput()).toContain('could not keep the workflow bundle: Error: ENOSPC');
        // Nor does it leave half a bundle there.
        expect(workerDisk.free).toBeGreaterThan(0);

        // It tries nothing again, so that the first refusal is seen.
        const connection = await Connection.connect({ address: stack.config.temporal.address, interceptors: [] });
        const client = new Client({ connection });
        const start = (pipeline: string) => {
          const input = { date: '2026-11-22', pipeline, rows: ROWS };
          return startRun(client, input, checkRun(input));
        };
        const { handle } = await start(`temporal-full-${suffix}`);
        disk.shrinkToFit();
        const refusals: unknown[] = [];
        let tries = 0;
        await waitUntil('a run cannot be started', async () => {
          const refusal = await start(`refused-${suffix}-${tries++}`).catch((error: unknown) => error);
          refusals.push(...(refusal instanceof Error ? [refusal] : []));
          return refusals.length > 0;
        });
        expect(disk.free).toBe(0);
        expect(tellError(refusals[0])).toMatch(/^TEMPORAL_UNAVAILABLE: .*\n.*the disk of its database/);

        freeDisk(disk);
        const freedAt = Date.now();
        // At some writes that fail the server ends itself, at others it goes on.
        if (!(await isAlive(stack.awaitEnd('temporal')))) await stack.restart('temporal');
        const result = await handle.result();
        const recoveryMs = [Date.now() - freedAt];
        await connection.close();

        reportFault({
          number: 28,
          fault: 'disk of Temporal full, and that of its worker',
          injected: refusals.length,
          lost: countLost([result]),
          duplicated: countDoubled([result], countRuns),
          recoveryMs,
        });
      }),
    ),
  );
});

async function isAlive(ended: Promise<string>): Promise<boolean> {
  return await Promise.race([ended.then(() => false), sleep(500, true)]);
}
