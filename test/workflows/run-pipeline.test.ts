import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/index.ts';
import { mapKinds } from '../../domain/kinds.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { progressQuery } from '../../workflows/messages.ts';
import type { sweepRuns as sweepRunsWorkflow } from '../../workflows/sweep-runs.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { failureOf, startPipeline, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();
const date = '2026-11-22';

function start(input: Record<string, unknown>, workflowId?: string) {
  return startPipeline(environment(), input, workflowId);
}

/** An activity that runs until it is cancelled, and says when it has begun. */
function makeEndless() {
  const begun = Promise.withResolvers<void>();
  const run = async (): Promise<never> => {
    begun.resolve();
    const beat = setInterval(() => Context.current().heartbeat(), 50);
    return Context.current().cancelled.finally(() => clearInterval(beat));
  };
  return { begun: begun.promise, run };
}

describe('run pipeline', () => {
  test('takes the steps in order and returns ledger, timings and report', async () => {
    const { calls, activities } = makeMockActivities();
    const result = await environment().withWorker(activities, async () => (await start({ date })).result());
    expect(calls.map((name) => name.replace(/Kind$/, ''))).toEqual([
      'prepareRun',
      ...['emulate', 'emulate', 'emulate'],
      ...['planRanges', 'planRanges', 'planRanges'],
      ...['land', 'land', 'land'],
      ...['proveCoverage', 'audit', 'audit', 'audit', 'submitJob', 'awaitJob', 'collectOutput', 'writeReport'],
    ]);
    expect(result).toMatchObject({
      workflowId: `daily-pinterest-${date}`,
      ledger: mapKinds(() => ({
        ...{ intended: 10, acknowledged: 10, landed: 10, lost: 0, phantom: 0, repeated: 0, corrupt: 0 },
        ...{ clean: 7, quarantined: 1, duplicate: 2 },
      })),
      report: { html: 'report.html', json: 'report.json' },
    });
    expect(result.steps.map(({ name }) => name)).toEqual([
      'emulate',
      'plan',
      'land',
      'prove',
      'run-job',
      'reconcile',
      'report',
    ]);
  });

  test('sends each kind for itself, unless it goes post by post at the pace of the course', async () => {
    const sendersOf = async (input: Record<string, unknown>) => {
      const { calls, activities } = makeMockActivities();
      await environment().withWorker(activities, async () => (await start({ date, ...input })).result());
      return calls.filter((name) => name.startsWith('emulate'));
    };
    expect(await sendersOf({ rate: 50 })).toEqual(['emulateKind', 'emulateKind', 'emulateKind']);
    expect(await sendersOf({ pace: 'course', rate: 50 })).toEqual(['emulatePosts']);
  });

  test('answers how far it is, while it runs and afterwards', async () => {
    const waiting = makeEndless();
    const { activities } = makeMockActivities({ awaitJob: waiting.run });
    await environment().withWorker(activities, async () => {
      const handle = await start({ date });
      await waiting.begun;
      const states = async () => (await handle.query(progressQuery)).steps.map(({ state }) => state);
      expect(await states()).toEqual(['done', 'done', 'done', 'done', 'running', 'pending', 'pending']);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(await states()).toEqual(['done', 'done', 'done', 'done', 'failed', 'pending', 'pending']);
    });
  });

  test('fails at once on bad input and names every field', async () => {
    const { calls, activities } = makeMockActivities();
    const input = { date: '2026-02-30', rows: 0, order: 'random', sead: 1 };
    const failure = await environment().withWorker(activities, async () => failureOf((await start(input)).result()));
    expect(failure).toMatchObject({ type: 'INPUT_INVALID', nonRetryable: true });
    expect(failure.message).toBe(
      'sead: unknown field; known are date, pipeline, rows, seed, source, order, pace, rate, repair, deadline; ' +
        'date: expected a day as YYYY-MM-DD, got "2026-02-30"; ' +
        'rows: expected a whole number of at least 1, got 0; ' +
        'order: expected one of sweep, course, got "random"; ' +
        'correct the fields named in the message and start again',
    );
    expect(calls).toEqual([]);
  });

  test('refuses an id that is not that of its date, so that one date never has two runs', async () => {
    const { activities } = makeMockActivities();
    const failure = await environment().withWorker(activities, async () =>
      failureOf((await start({ date }, 'my-own-id')).result()),
    );
    expect(failure.message).toContain(`workflow id: expected "daily-pinterest-${date}" (I4), got "my-own-id"`);
  });

  test('waits for a job for hours without adding to its history', async () => {
    let looks = 0;
    const awaitJob: Activities['awaitJob'] = async () => {
      looks += 1;
      if (looks < 12)
        throw ApplicationFailure.create({ type: 'RUN_UNFINISHED', message: 'not yet', nextRetryDelay: '30 minutes' });
      return { url: '', tasks: {} };
    };
    const { activities } = makeMockActivities({ awaitJob });
    await environment().withWorker(activities, async () => {
      const handle = await start({ date });
      await handle.result();
      expect(looks).toBe(12);
      expect((await handle.fetchHistory()).events?.length).toBeLessThan(120);
    });
  });

  test('submits the job again when it found one that knows nothing of what landed since', async () => {
    let answers = 0;
    const none = mapKinds(() => ({ clean: 0, quarantined: 0, duplicate: 0 }));
    const collectOutput: Activities['collectOutput'] = async ({ given }) => {
      answers += 1;
      if (answers === 1) throw ApplicationFailure.nonRetryable('geo: 10 records were given', 'RUN_OUTDATED');
      return { own: mapKinds((kind) => ({ ...none[kind], clean: given[kind].records })), carriedOver: none };
    };
    const { activities, calls } = makeMockActivities({ collectOutput });
    await environment().withWorker(activities, async () => (await start({ date })).result());
    expect(calls.filter((name) => name === 'submitJob')).toHaveLength(2);
  });

  test('submits the job again when Databricks lost it, three times at the most', async () => {
    let waits = 0;
    const lose =
      (times: number): Activities['awaitJob'] =>
      async () => {
        waits += 1;
        if (waits <= times) throw ApplicationFailure.nonRetryable('the cluster ended', 'RUN_LOST');
        return { url: '', tasks: {} };
      };
    const twice = makeMockActivities({ awaitJob: lose(2) });
    await environment().withWorker(twice.activities, async () => (await start({ date })).result());
    expect(twice.calls.filter((name) => name === 'submitJob')).toHaveLength(3);

    waits = 0;
    const always = makeMockActivities({ awaitJob: lose(Infinity) });
    const run = async () => failureOf((await start({ date: '2026-11-23' })).result());
    expect(await environment().withWorker(always.activities, run)).toMatchObject({ type: 'RUN_LOST' });
    expect(always.calls.filter((name) => name === 'submitJob')).toHaveLength(3);
  });

  test('ends the databricks run before a cancelled workflow ends', async () => {
    const waiting = makeEndless();
    const { calls, activities } = makeMockActivities({ awaitJob: waiting.run });
    await environment().withWorker(activities, async () => {
      const handle = await start({ date });
      await waiting.begun;
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect((await handle.describe()).status.name).toBe('CANCELLED');
    });
    expect(calls.at(-1)).toBe('cancelJob');
  });

  test('ends a databricks run that was being submitted when the cancellation came', async () => {
    const submitting = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const submitJob: Activities['submitJob'] = async () => {
      submitting.resolve();
      await answer.promise;
      return { runId: '8', epoch: 1 };
    };
    const { calls, activities } = makeMockActivities({ submitJob });
    await environment().withWorker(activities, async () => {
      const handle = await start({ date });
      await submitting.promise;
      await handle.cancel();
      answer.resolve();
      await expect(handle.result()).rejects.toThrow();
    });
    expect(calls.slice(-2)).toEqual(['submitJob', 'cancelJob']);
  });

  test('ends the databricks run when it cannot be waited for any more', async () => {
    const awaitJob: Activities['awaitJob'] = () =>
      Promise.reject(ApplicationFailure.nonRetryable('could not read run 7: 401', 'DATABRICKS_DENIED'));
    const { calls, activities } = makeMockActivities({ awaitJob });
    const failure = await environment().withWorker(activities, async () => failureOf((await start({ date })).result()));
    expect(failure).toMatchObject({ type: 'DATABRICKS_DENIED' });
    expect(calls.slice(-2)).toEqual(['awaitJob', 'cancelJob']);
  });

  test('ends no databricks run that has ended by itself', async () => {
    const awaitJob: Activities['awaitJob'] = () =>
      Promise.reject(ApplicationFailure.nonRetryable('no such column', 'RUN_FAILED'));
    const { calls, activities } = makeMockActivities({ awaitJob });
    const failure = await environment().withWorker(activities, async () => failureOf((await start({ date })).result()));
    expect(failure).toMatchObject({ type: 'RUN_FAILED' });
    expect(calls).not.toContain('cancelJob');
  });

  test('names the databricks run when a cancelled workflow could not stop it in half an hour', async () => {
    const waiting = makeEndless();
    let tries = 0;
    const cancelJob: Activities['cancelJob'] = async ({ runId }) => {
      tries += 1;
      throw ApplicationFailure.retryable(`databricks run ${runId} is still TERMINATING`, 'RUN_NOT_CANCELLED');
    };
    const { activities } = makeMockActivities({ awaitJob: waiting.run, cancelJob });
    await environment().withWorker(activities, async () => {
      const handle = await start({ date });
      await waiting.begun;
      await handle.cancel();
      expect(await failureOf(handle.result())).toMatchObject({
        type: 'RUN_NOT_CANCELLED',
        message: 'databricks run 7 is still TERMINATING',
      });
      expect((await handle.describe()).status.name).toBe('FAILED');
    });
    expect(tries).toBeGreaterThan(10);
  });

  test('cancels no databricks run when it had none', async () => {
    const emulating = makeEndless();
    const { calls, activities } = makeMockActivities({ emulateKind: emulating.run });
    await environment().withWorker(activities, async () => {
      const handle = await start({ date });
      await emulating.begun;
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    });
    expect(calls).not.toContain('cancelJob');
  });

  test('repairs the job when asked to, and submits it when the repaired run is lost', async () => {
    let waits = 0;
    const awaitJob: Activities['awaitJob'] = async () => {
      waits += 1;
      if (waits === 1) throw ApplicationFailure.nonRetryable('the cluster ended', 'RUN_LOST');
      return { url: '', tasks: {} };
    };
    const { calls, activities } = makeMockActivities({ awaitJob });
    await environment().withWorker(activities, async () => (await start({ date, repair: true })).result());
    const job = calls.filter((name) => /Job$/.test(name));
    expect(job).toEqual(['repairJob', 'awaitJob', 'submitJob', 'awaitJob']);
  });
});

test('a sweep returns what it found', async () => {
  const found = {
    looked: 2,
    orphans: [{ runId: '7', workflowId: 'daily-a-2026-11-22', outcome: 'cancelled' as const }],
  };
  const inputs: unknown[] = [];
  const sweepRuns: Activities['sweepRuns'] = async (input) => {
    inputs.push(input);
    return found;
  };
  const { activities } = makeMockActivities({ sweepRuns });
  const { client } = environment().server;
  const sweep = client.workflow.start<typeof sweepRunsWorkflow>('sweepRuns', {
    workflowId: 'sweep',
    taskQueue: TASK_QUEUE,
    args: [{ dryRun: false }],
  });
  expect(await environment().withWorker(activities, async () => (await sweep).result())).toEqual(found);
  expect(inputs).toEqual([{ dryRun: false }]);
});
