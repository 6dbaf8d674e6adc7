import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../activities/index.ts';
import { mapKinds } from '../../domain/kinds.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import type { StreamInput, StreamLedger, StreamLook, StreamProgress } from '../../domain/stream.ts';
import {
  pauseStreamUpdate,
  rateUpdate,
  resumeStreamUpdate,
  stopUpdate,
  streamProgressQuery,
} from '../../workflows/messages.ts';
import type { CarriedStream } from '../../workflows/stream-state.ts';
import type { superviseStream } from '../../workflows/supervise-stream.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { failureOf, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();

function start(input: StreamInput = {}, carried?: CarriedStream) {
  return environment().server.client.workflow.start<typeof superviseStream>('superviseStream', {
    workflowId: 'stream-pinterest',
    taskQueue: TASK_QUEUE,
    args: carried === undefined ? [input] : [input, carried],
  });
}

type Handle = Awaited<ReturnType<typeof start>>;

const shard = { put: 10, rows: 9, quarantined: 1, duplicates: 0, missing: 0 };
const exact: StreamLedger = mapKinds((kind) => ({ [`streaming-pinterest-${kind}/shardId-000000000000`]: shard }));

/** Databricks runs that read until they are asked to stop, unless a test lets them end. */
class DatabricksRuns {
  readonly sent: { first: number; posts: number; rate: number }[] = [];
  readonly submitted: { epoch: number; toTheEnd: boolean }[] = [];
  readonly asked: string[] = [];
  readonly ended: string[] = [];
  /** How these runs end by themselves, by id. */
  ends: Record<string, Pick<StreamLook, 'state' | 'reason'>> = {};
  ledger = exact;
  posts = 250;
  /** How long a slice and a look take. */
  pause: () => Promise<void> = () => new Promise((go) => setTimeout(go, 20));
  #looks = 0;

  readonly activities: Partial<Activities> = {
    prepareStream: async () => ({ posts: this.posts }),
    sendSlice: async ({ slice }) => {
      this.sent.push({ first: slice.first, posts: slice.posts, rate: slice.rate });
      await Promise.race([this.pause(), Context.current().cancelled]);
      return mapKinds(() => slice.posts);
    },
    submitStream: async ({ epoch, toTheEnd }) => {
      this.submitted.push({ epoch, toTheEnd });
      return { runId: `run-${epoch}`, url: `http://databricks.invalid/${epoch}` };
    },
    askStreamToStop: async ({ run }) => void this.asked.push(run.runId),
    endStream: async ({ runId }) => void this.ended.push(runId),
    lookAtStream: async ({ run: { runId, epoch } }) => {
      await Promise.race([this.pause(), Context.current().cancelled]);
      const end = this.ends[runId];
      if (end !== undefined) return { health: {}, ...end };
      const toTheEnd = this.submitted.find((one) => one.epoch === epoch)?.toTheEnd === true;
      if (toTheEnd || this.asked.includes(runId)) return { state: 'succeeded', health: {}, ledger: this.ledger };
      return { state: 'active', health: mapKinds(() => this.#nextBatch()) };
    },
  };

  #nextBatch() {
    const [batch, endedAt] = [++this.#looks, new Date().toISOString()];
    const counts = { records: batch, rows: batch, quarantined: 0, duplicates: 0 };
    return { batch, endedAt, seconds: 0.5, newest: endedAt, ...counts };
  }
}

function run(runs: DatabricksRuns, input: StreamInput, use: (handle: Handle) => Promise<void>): Promise<void> {
  return environment().withWorker(makeMockActivities(runs.activities).activities, async () => use(await start(input)));
}

async function progressWhere(handle: Handle, holds: (progress: StreamProgress) => boolean) {
  for (const deadline = Date.now() + 20_000; ; await new Promise((again) => setTimeout(again, 20))) {
    const progress = await handle.query(streamProgressQuery);
    if (holds(progress)) return progress;
    if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(progress)}`);
  }
}

async function statusOf(handle: Handle): Promise<string | undefined> {
  return (await handle.describe()).typedSearchAttributes.get({ name: 'PinflowStatus', type: 'KEYWORD' });
}

describe('a supervised stream', () => {
  test('sends every post in slices of five seconds, has all of it read and gives the ledger', async () => {
    const runs = new DatabricksRuns();
    await run(runs, { rate: 20 }, async (handle) => {
      expect(await handle.result()).toEqual({ pipeline: 'pinterest', posts: 250, epochs: 1, ledger: exact });
      expect(runs.sent).toEqual([
        { first: 0, posts: 100, rate: 20 },
        { first: 100, posts: 100, rate: 20 },
        { first: 200, posts: 50, rate: 20 },
      ]);
      expect(runs.submitted).toEqual([{ epoch: 1, toTheEnd: false }]);
      expect(runs.asked).toContain('run-1');
      expect(runs.ended).toEqual([]);
      expect(await statusOf(handle)).toBe('succeeded');
      expect(await handle.query(streamProgressQuery)).toMatchObject({
        ...{ state: 'drained', posts: { sent: 250, planned: 250 }, epoch: 1 },
        kinds: { pin: { put: 250 }, geo: { put: 250 }, user: { put: 250 } },
      });
    });
  });

  test('replaces a Databricks run that dies, under the next epoch, and goes on with its posts', async () => {
    const runs = new DatabricksRuns();
    runs.ends = { 'run-1': { state: 'succeeded' } };
    runs.posts = 1_000_000;
    await run(runs, {}, async (handle) => {
      const progress = await progressWhere(handle, ({ epoch, kinds }) => epoch === 2 && kinds.pin.rows > 0);
      expect(progress.lastFailure).toBe('it ended although nobody had asked it to');
      expect(runs.submitted.map(({ epoch }) => epoch)).toEqual([1, 2]);
      const { sent } = progress.posts;
      await progressWhere(handle, ({ posts }) => posts.sent > sent);
      await handle.executeUpdate(stopUpdate);
      expect(await handle.result()).toMatchObject({ epochs: 2 });
    });
  });

  test('has what is left read to its end by another run where the last one dies while it drains', async () => {
    const runs = new DatabricksRuns();
    runs.ends = { 'run-1': { state: 'ended', reason: 'the cluster is gone' } };
    runs.posts = 10;
    runs.pause = () => new Promise((go) => setTimeout(go, 300));
    await run(runs, {}, async (handle) => {
      expect(await handle.result()).toMatchObject({ posts: 10, epochs: 2 });
      expect(runs.submitted).toEqual([
        { epoch: 1, toTheEnd: false },
        { epoch: 2, toTheEnd: true },
      ]);
    });
  });

  test('gives up, with the reason, after five Databricks runs in a row that have died before all kinds were read', async () => {
    const runs = new DatabricksRuns();
    const end = { state: 'ended', reason: 'records are gone that nobody has read' } as const;
    runs.ends = Object.fromEntries([1, 2, 3, 4, 5].map((epoch) => [`run-${epoch}`, end]));
    await run(runs, {}, async (handle) => {
      const failure = await failureOf(handle.result());
      expect(failure).toMatchObject({ type: 'STREAM_FAILED', nonRetryable: true });
      expect(failure.message).toMatch(
        /^5 databricks runs in a row have died before all kinds were read: records are gone/,
      );
      expect(runs.submitted).toHaveLength(5);
      expect(await statusOf(handle)).toBe('failed');
    });
  });

  test('ends and replaces a Databricks run that ends no micro-batch although records wait', async () => {
    const runs = new DatabricksRuns();
    runs.posts = 100;
    const look = runs.activities.lookAtStream as Activities['lookAtStream'];
    runs.activities.lookAtStream = async (at) => {
      if (at.run.runId !== 'run-1') return look(at);
      // The clock of the server goes on only between two attempts.
      if (Context.current().info.attempt > 1) return { state: 'active', health: {} };
      throw ApplicationFailure.create({ message: 'no answer yet', nextRetryDelay: '5 minutes' });
    };
    await run(runs, {}, async (handle) => {
      expect(await handle.result()).toMatchObject({ epochs: 2 });
      expect(runs.ended).toEqual(['run-1']);
      const { lastFailure } = await handle.query(streamProgressQuery);
      expect(lastFailure).toMatch(/^it ended no micro-batch of "pin" for \d{3,} s although records waited$/);
    });
  });

  test('is paused, resumed, given another rate and stopped while it runs', async () => {
    const runs = new DatabricksRuns();
    runs.posts = 1_000_000;
    await run(runs, { rate: 20 }, async (handle) => {
      expect(await handle.executeUpdate(pauseStreamUpdate)).toMatchObject({ rate: 20 });
      const { posts } = await progressWhere(handle, ({ state }) => state === 'paused');
      await new Promise((go) => setTimeout(go, 300));
      const sent = (await handle.query(streamProgressQuery)).posts.sent;
      // The slice that was under way is the last.
      expect(sent - posts.sent).toBeLessThanOrEqual(100);
      const bad = await failureOf(handle.executeUpdate(rateUpdate, { args: [0] }));
      expect(bad.message).toMatch(/^rate: expected posts in a second from 0.1 to 5000, got 0;/);
      expect(await handle.executeUpdate(rateUpdate, { args: [200] })).toMatchObject({ rate: 200, state: 'paused' });
      await handle.executeUpdate(resumeStreamUpdate);
      await progressWhere(handle, ({ posts: { sent: now } }) => now >= sent + 1_000);
      expect(runs.sent.at(-1)).toMatchObject({ posts: 1_000, rate: 200 });
      await handle.executeUpdate(stopUpdate);
      const { posts: all } = await handle.result();
      expect(all).toBe(runs.sent.reduce((sum, slice) => sum + slice.posts, 0));
    });
  });

  test('that is cancelled leaves no Databricks run alive', async () => {
    const runs = new DatabricksRuns();
    runs.posts = 1_000_000;
    await run(runs, {}, async (handle) => {
      await progressWhere(handle, ({ kinds }) => kinds.pin.rows > 0);
      // The server of these tests chokes on an activity that ends while it is cancelled, so a slice and a look hang.
      let hanging = 0;
      const hang = Promise.withResolvers<void>();
      runs.pause = () => {
        if (++hanging === 2) hang.resolve();
        return new Promise(() => {});
      };
      await hang.promise;
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect(runs.ended).toEqual(['run-1']);
      expect(await statusOf(handle)).toBe('cancelled');
    });
  });

  test('fails where a record that was put is in no table, and leaves no Databricks run alive', async () => {
    const runs = new DatabricksRuns();
    runs.ledger = {
      ...exact,
      geo: { 'streaming-pinterest-geo/shardId-000000000001': { ...shard, rows: 8, missing: 1 } },
    };
    await run(runs, {}, async (handle) => {
      const failure = await failureOf(handle.result());
      expect(failure.type).toBe('LEDGER_UNBALANCED');
      expect(failure.message).toMatch(
        /^geo of streaming-pinterest-geo\/shardId-000000000001: 1 of 10 records are in no/,
      );
    });
  });

  test('goes on with the posts, the rate and the Databricks run that an earlier run of the workflow hands over', async () => {
    const runs = new DatabricksRuns();
    const carried: CarriedStream = {
      ...{ posts: { sent: 150, planned: 250 }, slices: 2, rate: 10, puts: mapKinds(() => 150) },
      ...{ paused: false, stopping: false, epoch: 4, failures: 0, began: Date.now() },
      run: { runId: 'run-4', url: 'http://databricks.invalid/4', epoch: 4 },
    };
    await environment().withWorker(makeMockActivities(runs.activities).activities, async () => {
      const handle = await start({ rate: 20 }, carried);
      expect(await handle.result()).toMatchObject({ posts: 250, epochs: 4 });
      expect(runs.submitted).toEqual([]);
      expect(runs.sent).toEqual([
        { first: 150, posts: 50, rate: 10 },
        { first: 200, posts: 50, rate: 10 },
      ]);
    });
  });

  test('is refused at once on bad input', async () => {
    const runs = new DatabricksRuns();
    await run(runs, { rate: -1, rows: 0 }, async (handle) => {
      const bad = await failureOf(handle.result());
      expect(bad).toMatchObject({ type: 'INPUT_INVALID', nonRetryable: true });
      expect(bad.message).toMatch(/^rate: expected .*; rows: expected a whole number of at least 1, got 0;/);
      expect(runs.submitted).toEqual([]);
    });
  });
});
