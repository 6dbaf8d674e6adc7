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
  events: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}

function readHistory(file: string): History {
  return JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as History;
}

describe('recorded histories', () => {
  test.each(readdirSync(HISTORIES))('%s replays with the workflows of today', async (file) => {
    const replay = Worker.runReplayHistory({ workflowBundle }, readHistory(file), 'daily-pinterest-2026-11-22');
    await expect(replay).resolves.toBeUndefined();
  });

  test('do not replay when a step has become another one', async () => {
    const history = readHistory('run-pipeline-succeeded.json');
    const scheduled = history.events.map((event) => event.activityTaskScheduledEventAttributes?.activityType);
    const step = scheduled.find((type) => type?.name === 'planRanges');
    if (step === undefined) throw new Error('the history holds no step "planRanges"');
    step.name = 'planOtherRanges';
    const replay = Worker.runReplayHistory({ workflowBundle }, history, 'daily-pinterest-2026-11-22');
    await expect(replay).rejects.toThrow(DeterminismViolationError);
  });
});
