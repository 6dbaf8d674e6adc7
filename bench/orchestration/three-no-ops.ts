import { proxyActivities } from '@temporalio/workflow';

/** As `workflows/proxies.ts` has the quick calls. */
const { noOp } = proxyActivities<{ noOp(): Promise<void> }>({
  taskQueue: 'pinflow-io',
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '8 seconds',
});

/** Three steps that do nothing, one after the other. */
export async function threeNoOps(): Promise<void> {
  await noOp();
  await noOp();
  await noOp();
}
