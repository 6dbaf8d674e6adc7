import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** 1.6 MB is the SDK alone, 0.5 MB ours; a schema library or a vendor's SDK would add a megabyte to every sandbox. */
const MOST_BYTES = 2_400_000;

test('the workflow bundle holds every workflow, and neither zod nor an activity nor a vendor SDK', async () => {
  const workflowsPath = join(__dirname, '../../workflows/index.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const modules = [...code.matchAll(/^\/\*\*\*\/ "(\.\/[^"]+)"/gm)].map(([, path]) => String(path));

  expect(modules.filter((path) => path.startsWith('./workflows/'))).toEqual(
    expect.arrayContaining([
      './workflows/backfill.ts',
      './workflows/dispatch-daily.ts',
      './workflows/run-pipeline.ts',
      './workflows/reset-pipeline.ts',
      './workflows/supervise-stream.ts',
      './workflows/sweep-runs.ts',
    ]),
  );
  expect(modules.filter((path) => /zod|\/activities\/|aws-sdk|databricks|kafkajs|domain\/records/.test(path))).toEqual(
    [],
  );
  expect(Buffer.byteLength(code)).toBeLessThan(MOST_BYTES);
});
