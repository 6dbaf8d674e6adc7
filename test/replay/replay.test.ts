import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { bundleWorkflows } from '../support/workflow-environment.ts';

/** Histories of real runs, as `temporal workflow show --output json` writes them. */
const HISTORIES = join(__dirname, 'histories');

let workflowBundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  workflowBundle = await bundleWorkflows();
});

interface History {
  events: {
    workflowExecutionStartedEventAttributes?: { workflowId: string };
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

/** The id belongs to the replay: a run checks that it is that of its date. */
function replay(history: History): Promise<void> {
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  return Worker.runReplayHistory({ workflowBundle }, history, workflowId);
}

function readHistory(file: string): History {
  return JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as History;
}

describe('recorded histories', () => {
  test.each(readdirSync(HISTORIES))('%s replays with the workflows of today', async (file) => {
    await expect(replay(readHistory(file))).resolves.toBeUndefined();
  });

  test('do not replay when a step has become another one', async () => {
    const history = readHistory('run-pipeline-succeeded.json');
    const scheduled = history.events.map((event) => event.activityTaskScheduledEventAttributes?.activityType);
    const step = scheduled.find((type) => type?.name === 'planRanges');
    if (step === undefined) throw new Error('the history holds no step "planRanges"');
    step.name = 'planOtherRanges';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
