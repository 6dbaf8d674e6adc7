import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { mapKinds, RECORD_KINDS } from '../../domain/kinds.ts';
import { dailyRunId, databricksRunName, streamSupervisorId } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import { sumShards } from '../../domain/stream.ts';
import { streamProgressQuery } from '../../workflows/messages.ts';
import type { superviseStream } from '../../workflows/supervise-stream.ts';
import { countRows, listColumns } from '../support/delta-log.ts';
import { type CommandResult, pinflow, ROOT } from '../support/processes.ts';
import { readDelta } from '../support/read-delta.ts';
import { queryTables, runNotebook, tableOf } from '../support/read-tables.ts';
import { listDatabricksRuns, useStackWithWorker, waitUntil } from '../support/running-stack.ts';

/** A supervised stream from the command line: posts → gateway → Kinesis → Spark → Delta, watched from outside. */

/** The course's first 200 draws, all of different keys: whoever sends so many sends the same. */
const POSTS = 200;
const SAME_POSTS = ['--order', 'course', '--rows', String(POSTS)];
const PIPELINE = 'watched';
const ID = streamSupervisorId(PIPELINE);
/** Few enough posts in a second that the emulator is still at work when the first micro-batch has ended. */
const SLOW = 1;
/** One slice sends all that is left. */
const FAST = 500;

const stack = useStackWithWorker();

const command = (name: string, ...args: string[]) => pinflow('stream', name, ...args, '--pipeline', PIPELINE);
const startAt = (rate: number) => command('start', ...SAME_POSTS, '--rate', String(rate));
const handle = (): WorkflowHandle<typeof superviseStream> => stack().client.workflow.getHandle(ID);
const progress = () => handle().query(streamProgressQuery);
const tablesRoot = () => `${stack().config.landing.tablesRoot}/${PIPELINE}`;
const countVisible = () => mapKinds((kind) => countRows(`${tablesRoot()}/stream/${kind}`));

async function isSending(): Promise<boolean> {
  const { raw } = await handle().describe();
  return (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'sendSlice');
}

/** What became of each kind of the last stream, over all shards. */
async function readLedger() {
  const { ledger } = await handle().result();
  return mapKinds((kind) => sumShards(ledger, kind));
}

const NONE = { rows: 0, quarantined: 0, duplicates: 0, missing: 0 };

describe('a stream of 200 posts', () => {
  let whole: Promise<CommandResult>;
  // Where a test has failed, the command would wait for the stream for ever.
  afterAll(async () => {
    const stream = handle();
    await stream.terminate().catch(() => undefined);
  });

  test('is readable in all three tables while its posts are still being sent', async () => {
    whole = startAt(SLOW);
    await waitUntil('each table has rows', async () => RECORD_KINDS.every((kind) => countVisible()[kind] > 0), 180);
    const { state, posts } = await progress();
    expect({ state, planned: posts.planned }).toEqual({ state: 'running', planned: POSTS });
    expect(posts.sent).toBeLessThan(POSTS);
  });

  test('refuses a rate that cannot be, and a second start with another one', async () => {
    const [wrong, other] = await Promise.all([command('rate', '0'), command('start', '--rate', '50')]);
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('INPUT_INVALID: rate: expected posts in a second from 0.1 to 5000, got 0\n');
    expect({ code: other.code, stdout: other.stdout }).toEqual({ code: 1, stdout: '' });
    expect(other.stderr).toContain(`STREAM_DIFFERS: ${ID} runs: rate is ${SLOW}, not 50\n`);
  });

  test('pauses: what was sent becomes readable, and no more is sent at any rate', async () => {
    expect(await command('pause')).toMatchObject({ code: 0, stderr: '' });
    expect(await command('rate', String(FAST))).toMatchObject({ code: 0, stderr: '' });
    await waitUntil('no slice is under way', async () => !(await isSending()));
    const { posts } = await progress();
    expect(posts.sent).toBeLessThan(POSTS);
    const caughtUp = async () => RECORD_KINDS.every((kind) => countVisible()[kind] === posts.sent);
    await waitUntil('the tables have caught up', caughtUp, 120);
    const { code, stdout } = await command('status');
    expect(code).toBe(0);
    expect(stdout).toContain(`${ID}: running\npaused, ${posts.sent} of ${POSTS} posts sent, ${FAST} a second\n`);
  });

  test('goes on after resume, ends by itself, and has every record exactly once', async () => {
    expect(await command('resume')).toMatchObject({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await whole;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`ledger of the stream of ${PIPELINE}: ${POSTS} posts, one databricks run\n`);
    expect(await readLedger()).toEqual(mapKinds(() => ({ ...NONE, put: POSTS, rows: POSTS })));
    expect(countVisible()).toEqual(mapKinds(() => POSTS));
  });

  test('has run the notebook of the checkout, byte by byte, once, and no run of it is left', async () => {
    const runs = await listDatabricksRuns(stack(), databricksRunName(ID, 'stream'));
    expect(runs.map(({ state }) => state)).toEqual([
      expect.objectContaining({ life_cycle_state: 'TERMINATED', result_state: 'SUCCESS' }),
    ]);
    const { host, token, notebooks } = stack().config.databricks;
    const url = `${host}/api/2.0/workspace/export?format=SOURCE&path=${notebooks}/stream`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { content } = (await answer.json()) as { content: string };
    expect(Buffer.from(content, 'base64').equals(readFileSync(join(ROOT, 'notebooks/stream.py')))).toBe(true);
  });
});

test('the same posts go to Kafka by a day and to Kinesis by a stream at once, and both ledgers are exact', async () => {
  const date = '2026-11-22';
  const day = pinflow('run', date, '--pipeline', PIPELINE, ...SAME_POSTS, '--rate', '20');
  for (const { code, stderr } of await Promise.all([day, startAt(20)]))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

  const dayHandle = stack().client.workflow.getHandle(dailyRunId({ pipeline: PIPELINE, date }));
  const sending = await Promise.all([listSending(dayHandle), listSending(handle())]);
  expect(Math.max(...sending.map(({ from }) => from))).toBeLessThan(Math.min(...sending.map(({ to }) => to)));

  // To the stream they are not new.
  expect(await readLedger()).toEqual(mapKinds(() => ({ ...NONE, put: POSTS, duplicates: POSTS })));
  const { ledger } = (await dayHandle.result()) as RunPipelineResult;
  const sent = { intended: POSTS, acknowledged: POSTS, landed: POSTS, clean: POSTS };
  expect(ledger).toMatchObject(mapKinds(() => ({ ...sent, lost: 0, repeated: 0, quarantined: 0, duplicate: 0 })));
  for (const kind of RECORD_KINDS) {
    const [ofDay, ofStream] = await Promise.all([readIds(kind), readIds(`stream/${kind}`)]);
    expect(new Set(ofDay).size).toBe(POSTS);
    expect(ofDay).toEqual(ofStream);
  }
});

/** From the begin of the first to the end of the last activity of a workflow that sends posts. */
async function listSending(of: WorkflowHandle): Promise<{ from: number; to: number }> {
  const { events } = await of.fetchHistory();
  const senders = (events ?? []).filter(({ activityTaskScheduledEventAttributes: scheduled }) =>
    ['emulateKind', 'sendSlice'].includes(scheduled?.activityType?.name ?? ''),
  );
  const ends = (events ?? []).filter(({ activityTaskCompletedEventAttributes: completed }) =>
    senders.some(({ eventId }) => String(eventId) === String(completed?.scheduledEventId)),
  );
  const timeOf = (event: (typeof senders)[number] | undefined) => Number(event?.eventTime?.seconds ?? NaN);
  return { from: timeOf(senders[0]), to: timeOf(ends.at(-1)) };
}

async function readIds(table: string): Promise<unknown[]> {
  const rows = await readDelta(`${tablesRoot()}/${table}`, ['ind']);
  return rows.map(({ ind }) => Number(ind)).toSorted((a, b) => a - b);
}

test('the tables of a stream have the columns of those of a day, and queries answer from them', async () => {
  for (const kind of RECORD_KINDS) {
    const [ofDay, ofStream] = [`${tablesRoot()}/${kind}`, `${tablesRoot()}/stream/${kind}`].map(listColumns);
    const clean = ofDay?.filter(([name]) => !name.startsWith('_')) ?? [];
    expect(clean.length).toBeGreaterThan(3);
    expect(ofStream?.filter(([name]) => !name.startsWith('_'))).toEqual(clean);
  }
  const count = (kind: string) =>
    `SELECT count(*) AS rows, count(DISTINCT ind) AS ids FROM ${tableOf(stack(), PIPELINE, `stream/${kind}`)}`;
  const [answers, counts] = await Promise.all([
    runNotebook(stack(), `${stack().config.databricks.notebooks}/queries`, { tables_root: `${tablesRoot()}/stream` }),
    queryTables(stack(), mapKinds(count)),
  ]);
  for (const kind of RECORD_KINDS) expect(counts[kind].rows).toEqual([{ rows: POSTS, ids: POSTS }]);
  const tables = answers as Record<string, { rows: unknown[] }>;
  expect(Object.keys(tables)).toHaveLength(10);
  expect(Object.values(tables).every(({ rows }) => rows.length > 0)).toBe(true);
});
