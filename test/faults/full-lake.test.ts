import { dailyRunId } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { describeSmallDisks, freeDisk, withSmallDisk } from '../support/full-disks.ts';
import { pinflow, startWorker } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { countDoubled, countLost } from '../support/run-results.ts';
import { connectStack } from '../support/running-stack.ts';

const ROWS = 300;

/** The disk on which Spark keeps the tables of a pipeline. Two jobs of the real Spark make this the slowest of them. */
describeSmallDisks('a full disk', () => {
  test('of the tables fails the run with what Spark says, and a repair finishes it', () =>
    withSmallDisk(async (disk) => {
      const stack = await connectStack();
      const worker = await startWorker({ PINFLOW_TABLES_ROOT: `file://${disk.path}/lake` });
      try {
        const run = { pipeline: `lake-full-${Date.now().toString(36)}`, date: '2026-11-22' };
        const named = [run.date, '--pipeline', run.pipeline];
        disk.shrinkToFit(64 * 1024);

        const failed = await pinflow('run', ...named, '--rows', String(ROWS));
        expect(failed.code).toBe(1);
        expect(failed.stderr).toMatch(/^RUN_FAILED: .*No space left on device/m);
        expect(disk.free).toBeLessThan(64 * 1024);

        freeDisk(disk);
        const freedAt = Date.now();
        const repaired = await pinflow('repair', ...named);
        expect({ code: repaired.code, stderr: repaired.stderr }).toEqual({ code: 0, stderr: '' });
        const recoveryMs = [Date.now() - freedAt];
        const result = (await stack.client.workflow.getHandle(dailyRunId(run)).result()) as RunPipelineResult;
        reportFault({
          number: 28,
          fault: 'disk of the tables full',
          injected: 1,
          lost: countLost([result]),
          duplicated: countDoubled([result], () => 1),
          recoveryMs,
        });
      } finally {
        await worker.stop('SIGKILL');
        await stack.close();
      }
    }));
});
