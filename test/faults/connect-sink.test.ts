import { setTimeout as sleep } from 'node:timers/promises';
import type { LandingAudit } from '../../domain/ledger.ts';
import { landedKey, landingManifestKey } from '../../domain/names.ts';
import type { LandingManifest } from '../../activities/landing/landing-manifest.ts';
import { ConnectSink } from '../support/connect-sink.ts';
import { LandingRun } from '../support/landing-run.ts';
import { reportFault } from '../support/report-fault.ts';
import { connectStack, type RunningStack } from '../support/running-stack.ts';

/** What goes wrong with a sink of Kafka Connect, on a real broker and a real S3 server: the sink is ours and behaves like it. */

const ROWS = 300;
const WAIT_MS = 2_000;

let stack: RunningStack;
let run: LandingRun;
let sink: ConnectSink;

beforeAll(async () => {
  stack = await connectStack();
  run = new LandingRun(stack.config, { pipeline: 'connect-sink', rows: ROWS, sink: { waitMs: WAIT_MS } });
  await run.send();
});

beforeEach(async () => {
  await run.removeObjects();
  sink = new ConnectSink(run);
});

afterAll(async () => {
  await run.close();
  await stack.close();
});

const keyOf = (start: number) => landedKey({ topic: run.topic, partition: 0, start });

async function readManifest(): Promise<LandingManifest> {
  const body = await run.store.readObject(landingManifestKey(run.plan.workflowId));
  return JSON.parse(String(body)) as LandingManifest;
}

/** Expects that the job is given every record once, and reports what was done to the sink. */
async function expectEachOnce(
  { counts }: LandingAudit,
  fault: { number: number; fault: string; injected: number; recoveryMs: readonly number[] },
): Promise<void> {
  const lines = (await readManifest()).objects.reduce((total, { records }) => total + records, 0);
  expect(counts).toMatchObject({ landed: ROWS, phantom: 0, repeated: 0, corrupt: 0 });
  reportFault({ ...fault, lost: counts.lost, duplicated: lines - ROWS });
}

test('a sink that is killed before it commits, and then cuts in other places, gives each record once', async () => {
  const first = await sink.landAndDie({ flushSize: 20 });
  const landing = run.land();
  await sleep(300);
  const begun = Date.now();
  await sink.land({ flushSize: 35, rotates: true });

  const audit = await landing;

  const listed = new Set((await readManifest()).objects.map(({ key }) => key));
  await expectEachOnce(audit, {
    number: 9,
    fault: 'Kafka Connect sink killed between writing and committing, other cuts after it',
    injected: first.filter((key) => !listed.has(key)).length,
    recoveryMs: [Date.now() - begun],
  });
});

test('an object that comes after those behind it is waited for', async () => {
  sink.holdBack(keyOf(20));
  await sink.land({ flushSize: 20, rotates: true });
  const landing = run.land();
  await sleep(600);
  const begun = Date.now();
  await sink.letGo(keyOf(20));

  const audit = await landing;

  const fault = 'Kafka Connect sink: an object comes after those behind it';
  await expectEachOnce(audit, { number: 15, fault, injected: 1, recoveryMs: [Date.now() - begun] });
});

test('a sink that stands still fails the run in time, which goes on when it begins again', async () => {
  sink.holdBack(keyOf(40));
  await sink.land({ flushSize: 20, rotates: true });
  const begun = Date.now();
  await expect(run.land()).rejects.toMatchObject({
    code: 'SINK_STALLED',
    message: expect.stringMatching(
      /^topic "connect-sink.pin": in partition 0 no object goes on at offset 40, the next one begins at 60; nothing of it has landed since \S+$/,
    ),
  });
  expect(Date.now() - begun).toBeGreaterThanOrEqual(WAIT_MS);
  expect(Date.now() - begun).toBeLessThan(WAIT_MS + 4_000);
  const healed = Date.now();
  await sink.letGo(keyOf(40));

  const audit = await run.land();

  const fault = 'Kafka Connect sink stands still until the run has failed';
  await expectEachOnce(audit, { number: 15, fault, injected: 1, recoveryMs: [Date.now() - healed] });
});

test('what lies between the objects of a sink and is none of them is passed over', async () => {
  const junk = [
    ...[
      '',
      '_temporary/0/part-0',
      '.0000000000.json.crc',
      `${run.topic}+0+0000000020.json.gz`,
      `${run.topic}+0+20.json`,
    ],
    // As a sink writes it, in the middle of another object and behind all.
    ...[5, 90_000].map((start) => keyOf(start).split('/').at(-1) ?? ''),
  ];
  for (const name of junk) {
    const key = `topics/${run.topic}/partition=0/${name}`;
    await run.store.replaceObject({
      key,
      body: Buffer.from(name === '' ? '' : '{"junk":true}\n'),
      contentType: 'text/plain',
    });
  }
  const begun = Date.now();
  await sink.land({ flushSize: 20, rotates: true });

  const audit = await run.land();

  const fault = 'other files, empty and overlapping objects between those of a Kafka Connect sink';
  await expectEachOnce(audit, { number: 36, fault, injected: junk.length, recoveryMs: [Date.now() - begun] });
});

test('a value that the sink has changed is told from one that it has only written anew', async () => {
  await sink.land({ flushSize: 20, rotates: true });
  const body = String(await run.store.readObject(keyOf(0)));
  const changed = body.replace(/"category":"[^"]*"/, '"category":"other"');
  expect(changed).not.toBe(body);
  await run.store.replaceObject({ key: keyOf(0), body: changed, contentType: 'application/json' });

  const { counts, examples } = await run.land();

  expect(counts).toMatchObject({ landed: ROWS, lost: 0, phantom: 0, repeated: 0, corrupt: 1 });
  expect(examples).toEqual([expect.stringMatching(/^corrupt: record \d+ at partition 0 offset 0$/)]);
});
