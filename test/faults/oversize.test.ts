import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { dailyRunId } from '../../domain/names.ts';
import { BODY_LIMIT } from '../../gateway/http-limits.ts';
import { writeGeo } from '../support/hostile-records.ts';
import { pinflow } from '../support/processes.ts';
import { reportFault } from '../support/report-fault.ts';
import { useStackWithWorker } from '../support/running-stack.ts';

/** The largest record batch that Kafka takes by default (message.max.bytes), and what it adds to a value that is alone in one. */
const [BATCH_LIMIT, BATCH_OVERHEAD] = [1_048_588, 72];

const topic = 'oversize.pin';
const stack = useStackWithWorker();
let log: ReturnType<typeof createKafkaLog>;

beforeAll(async () => {
  log = createKafkaLog({ ...stack().config.kafka, partitions: 1, clientId: 'test-oversize' });
  await log.ensureTopics([topic]);
  // The gateway looks for a topic it does not know at most four times a second.
  await sleep(300);
});

afterAll(async () => {
  await log.deleteTopics([topic]);
  await log.close();
});

interface Answer {
  readonly status: number;
  readonly body: {
    readonly message?: string;
    readonly offsets?: readonly { offset: number | null; error_code: number | null }[];
  };
  readonly ms: number;
}

async function post(body: string): Promise<Answer> {
  const begun = Date.now();
  const response = await fetch(`${stack().config.gateway.url}/topics/${topic}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body,
  });
  return { status: response.status, body: (await response.json()) as Answer['body'], ms: Date.now() - begun };
}

const bodyOf = (values: readonly string[]) => `{"records":[${values.map((value) => `{"value":${value}}`).join(',')}]}`;
/** A JSON string of so many bytes. */
const text = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

async function countStored(): Promise<number> {
  const offsets = await log.readOffsets(topic);
  return offsets.reduce((sum, { low, high }) => sum + high - low, 0);
}

/** Asserts that a batch of good records is stored after all; gives how long it took. */
async function expectTailOk(): Promise<number> {
  const { status, body, ms } = await post(bodyOf(['1', '2', '3']));
  expect({ status, codes: body.offsets?.map(({ error_code }) => error_code) }).toEqual({
    status: 200,
    codes: [null, null, null],
  });
  return ms;
}

test('a body of 10 MiB is taken and one of a byte more is answered 413, with nothing of it stored', async () => {
  // Eleven records, none of them too large for Kafka, of which the last fills the body up.
  const fill = (bytes: number) => {
    const values = Array.from({ length: 10 }, () => text(950_000));
    return bodyOf([...values, text(bytes - bodyOf([...values, '']).length)]);
  };
  const before = await countStored();
  for (const bytes of [BODY_LIMIT - 1, BODY_LIMIT]) {
    const { status, body } = await post(fill(bytes));
    expect({ bytes, status, codes: body.offsets?.map(({ error_code }) => error_code) }).toEqual({
      ...{ bytes, status: 200 },
      codes: Array.from({ length: 11 }, () => null),
    });
  }
  expect((await countStored()) - before).toBe(22);
  const oversize = [fill(BODY_LIMIT + 1), bodyOf([text(BODY_LIMIT)]), fill(3 * BODY_LIMIT)];
  for (const body of oversize) {
    expect(await post(body)).toMatchObject({ status: 413, body: { message: 'body is larger than 10 MiB' } });
  }
  const recovered = await expectTailOk();
  const lost = 22 + 3 - ((await countStored()) - before);
  reportFault({
    ...{ number: 30, fault: 'gateway: bodies above 10 MiB' },
    ...{ injected: oversize.length, lost: Math.max(lost, 0), duplicated: Math.max(-lost, 0), recoveryMs: [recovered] },
  });
});

test('a body that is announced as too large is answered 413 before any of it is sent', async () => {
  const { hostname, port } = new URL(stack().config.gateway.url);
  const socket = connect(Number(port), hostname);
  const type = 'application/vnd.kafka.json.v2+json';
  socket.write(
    `POST /topics/${topic} HTTP/1.1\r\nhost: test\r\ncontent-type: ${type}\r\ncontent-length: ${BODY_LIMIT + 1}\r\n\r\n`,
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test('a record as large as Kafka takes is stored, and one of a byte more is refused for good', async () => {
  const largest = BATCH_LIMIT - BATCH_OVERHEAD;
  const before = await countStored();
  const codes = async (bytes: number) =>
    (await post(bodyOf([text(bytes)]))).body.offsets?.map(({ error_code }) => error_code);
  expect(await codes(largest)).toEqual([null]);
  expect(await codes(largest + 1)).toEqual([50002]);
  expect((await countStored()) - before).toBe(1);
});

test('of a batch of 1,000 records with one too large for Kafka, that one is refused and 999 are stored once', async () => {
  const before = await countStored();
  const values = Array.from({ length: 1_000 }, (_, i) => (i === 500 ? text(BATCH_LIMIT) : String(i)));

  const { status, body } = await post(bodyOf(values));

  expect(status).toBe(200);
  const refused = body.offsets?.flatMap(({ error_code }, i) => (error_code === null ? [] : [[i, error_code]]));
  expect(refused).toEqual([[500, 50002]]);
  const places = new Set(body.offsets?.flatMap(({ offset }) => offset ?? []));
  const recovered = await expectTailOk();
  const stored = (await countStored()) - before - 3;
  reportFault({
    ...{ number: 30, fault: 'Kafka: one record of a batch of 1,000 above message.max.bytes' },
    ...{ injected: 1, lost: 999 - Math.min(places.size, stored), duplicated: stored - 999, recoveryMs: [recovered] },
  });
});

test('a run whose source has a record too large fails and names it, and history has nothing of what it holds', async () => {
  const run = { pipeline: 'oversize', date: '2026-11-22' };
  const folder = mkdtempSync(join(tmpdir(), 'pinflow-oversize-'));
  const large = writeGeo({ ind: '7', country: `"${'SECRET'.repeat(200_000)}"` });
  const rows = { pin: '', geo: [writeGeo({ ind: '6' }), large].join('\n'), user: '' };
  for (const [kind, lines] of Object.entries(rows)) writeFileSync(join(folder, `${kind}.jsonl`), lines);

  const { code, stderr } = await pinflow('run', run.date, '--pipeline', run.pipeline, '--source', `jsonl:${folder}`);

  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(stderr).toContain('did not store 1 of 2 records of topic "oversize.geo", the first is record');
  expect(stderr).toContain('with key 7: 50002 MESSAGE_TOO_LARGE');
  const history = JSON.stringify(await stack().client.workflow.getHandle(dailyRunId(run)).fetchHistory());
  expect(history).not.toContain('SECRET');
  expect(history.length).toBeLessThan(64 * 1024);
});
