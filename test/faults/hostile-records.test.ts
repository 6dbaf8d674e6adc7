import fc from 'fast-check';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { listLandedObjects } from '../../activities/landing/landed-objects.ts';
import { hashLine, splitLines, toLine } from '../../activities/landing/record-line.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { dailyRunId, topicName } from '../../domain/names.ts';
import type { RunPipelineResult } from '../../domain/run.ts';
import {
  ACCEPTED_TEXTS,
  type HostileRecord,
  NEIGHBOURS,
  NUMBERS,
  POISON,
  REFUSED_NUMBERS,
  REFUSED_TEXTS,
} from '../support/hostile-records.ts';
import { jsonText } from '../support/json-text.ts';
import { pinflow } from '../support/processes.ts';
import { queryTables, tableOf, type TableRows } from '../support/read-tables.ts';
import { reportFault } from '../support/report-fault.ts';
import { useStackWithWorker } from '../support/running-stack.ts';

/**
 * Others put records into the topic of a run: some past the gateway, straight into Kafka, some through it. One run lands
 * and cleans them beside its own; then every one of them is looked for, in the objects and in the tables.
 */

const run = { pipeline: 'hostile', date: '2026-11-22' };
const topic = topicName(run.pipeline, 'geo');
const ROWS = 30;

const stack = useStackWithWorker();

interface Found {
  /** Lines that landed at the record's offset. */
  readonly lines: readonly Buffer[];
  readonly clean: TableRows['rows'];
  readonly quarantined: TableRows['rows'];
}

/** Drawn anew for every run, from a seed that a failure names. What it is as a record is for the cleaning to say. */
const SEED = Date.now() & 0x7fffffff;
// As a whole record, null would be a tombstone, which has no bytes.
const ANY_JSON = fc.sample(
  jsonText.filter((text) => text !== 'null'),
  { numRuns: 300, seed: SEED },
);
const placesOfAny: string[] = [];

const places = new Map<HostileRecord, string>();
const found = new Map<string, Found>();
let result: RunPipelineResult;
let runMs: number;

beforeAll(async () => {
  const log = createKafkaLog({ ...stack().config.kafka, clientId: 'test-hostile' });
  await log.ensureTopics(RECORD_KINDS.map((kind) => topicName(run.pipeline, kind)));
  await log.close();
  await sendPastGateway(POISON.flatMap((record, i) => [record, ...NEIGHBOURS.slice(i, i + 1)]));
  for (const record of [...ACCEPTED_TEXTS, ...NUMBERS]) await sendThroughGateway(record);

  placesOfAny.push(...(await postMany(ANY_JSON)));

  const begun = Date.now();
  const { code, stderr } = await pinflow('run', run.date, '--pipeline', run.pipeline, '--rows', String(ROWS));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  runMs = Date.now() - begun;
  result = (await stack().client.workflow.getHandle(dailyRunId(run)).result()) as RunPipelineResult;
  await findAll();
});

/** Without a key, to the partitions in turn. */
async function sendPastGateway(records: readonly HostileRecord[]): Promise<void> {
  const kafka = new Kafka({ brokers: [...stack().config.kafka.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const { partitions } = stack().config.kafka;
  for (const [i, record] of records.entries()) {
    const [sent] = await producer.send({
      topic,
      messages: [{ key: null, value: record.value, partition: i % partitions }],
    });
    places.set(record, `${sent?.partition}/${sent?.baseOffset}`);
  }
  await producer.disconnect();
}

async function post(value: Buffer): Promise<{ status: number; text: string }> {
  const response = await fetch(`${stack().config.gateway.url}/topics/${topic}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body: Buffer.concat([Buffer.from(BEFORE), value, Buffer.from('}]}')]),
  });
  return { status: response.status, text: await response.text() };
}

const BEFORE = '{"records":[{"value":';

async function sendThroughGateway(record: HostileRecord): Promise<void> {
  const { status, text } = await post(record.value ?? Buffer.alloc(0));
  expect({ name: record.name, status }).toEqual({ name: record.name, status: 200 });
  const { offsets } = JSON.parse(text) as { offsets: { partition: number; offset: number }[] };
  places.set(record, `${offsets[0]?.partition}/${offsets[0]?.offset}`);
}

async function postMany(values: readonly string[]): Promise<string[]> {
  const { status, text } = await post(Buffer.from(values.join('},{"value":')));
  expect({ SEED, status, text }).toMatchObject({ status: 200 });
  const { offsets } = JSON.parse(text) as { offsets: { partition: number; offset: number }[] };
  return offsets.map(({ partition, offset }) => `${partition}/${offset}`);
}

async function findAll(): Promise<void> {
  const [geo, quarantine] = ['geo', 'geo_quarantine'].map((name) => tableOf(stack(), run.pipeline, name));
  const { clean, refused } = await queryTables(stack(), {
    clean: `SELECT *, concat(_partition, '/', _offset) AS place FROM ${geo}`,
    // What is a megabyte large is told by its length.
    refused: `SELECT * EXCEPT (raw), CASE WHEN length(raw) < 10000 THEN raw ELSE string(length(raw)) END AS text,
      concat(partition, '/', offset) AS place FROM ${quarantine}`,
  });
  const lines = await readLines();
  const rowsAt = (rows: TableRows['rows'], place: string) => rows.filter((row) => row['place'] === place);
  for (const place of [...places.values(), ...placesOfAny]) {
    const landed = lines.filter((line) => line.place === place).map(({ bytes }) => bytes);
    found.set(place, { lines: landed, clean: rowsAt(clean.rows, place), quarantined: rowsAt(refused.rows, place) });
  }
}

async function readLines(): Promise<{ place: string; bytes: Buffer }[]> {
  const { store, config } = stack();
  const partitions = Array.from({ length: config.kafka.partitions }, (_, partition) => partition);
  const objects = (
    await Promise.all(partitions.map((partition) => listLandedObjects(store, { topic, partition }, 0)))
  ).flat();
  const bodies = await Promise.all(objects.map(({ key }) => store.readObject(key)));
  return objects.flatMap(({ partition, start }, i) =>
    [...splitLines(bodies[i] ?? Buffer.alloc(0))].map((bytes, line) => ({
      place: `${partition}/${start + line}`,
      bytes,
    })),
  );
}

async function readStored(): Promise<Map<string, string>> {
  const log = createKafkaLog({ ...stack().config.kafka, clientId: 'test-hostile' });
  const stored = new Map<string, string>();
  const offsets = await log.readOffsets(topic);
  await log.readRanges({
    topic,
    ranges: offsets.map(({ partition, low, high }) => ({ partition, start: low, end: high })),
    signal: AbortSignal.timeout(30_000),
    onRecords: async (partition, records) => {
      for (const { offset, value } of records) stored.set(`${partition}/${offset}`, String(value));
    },
  });
  await log.close();
  return stored;
}

function find(record: HostileRecord): Found {
  return found.get(places.get(record) ?? '') ?? { lines: [], clean: [], quarantined: [] };
}

/** Asserts where each record is, and gives how many are nowhere and how many are twice somewhere. */
function expectFates(records: readonly HostileRecord[]): { lost: number; duplicated: number } {
  for (const record of records) {
    const { lines, clean, quarantined } = find(record);
    // Hashes, because Jest takes seconds to compare megabytes.
    const hashes = lines.map(hashLine);
    expect({ name: record.name, hashes }).toEqual({ name: record.name, hashes: [hashLine(toLine(record.value))] });
    const reasons = quarantined.map((row) => row['reasons']);
    expect({ name: record.name, reasons }).toEqual({
      name: record.name,
      reasons: record.reasons ? [record.reasons] : [],
    });
    const stored = clean.map((row) => ({
      ...(record.stored?.country !== undefined && { country: row['country'] }),
      ...(record.stored?.latitude !== undefined && { latitude: (row['coordinates'] as number[])[0] }),
    }));
    expect({ name: record.name, stored }).toEqual({ name: record.name, stored: record.stored ? [record.stored] : [] });
  }
  const all = records.map(find);
  return {
    lost: all.filter(({ lines, clean, quarantined }) => lines.length === 0 || clean.length + quarantined.length === 0)
      .length,
    duplicated: all.filter(({ lines, clean, quarantined }) => lines.length > 1 || clean.length + quarantined.length > 1)
      .length,
  };
}

test('poison lands as bytes and is quarantined with its reason; its good neighbours are clean', () => {
  const fate = expectFates([...POISON, ...NEIGHBOURS]);
  reportFault({
    number: 29,
    fault: `Kafka: ${POISON.length} kinds of poison from a producer past the gateway`,
    injected: POISON.length,
    ...fate,
    recoveryMs: [runMs],
  });
});

test('the quarantine has the text of what it refused, and the bytes where they are no text', () => {
  for (const record of POISON) {
    const line = toLine(record.value);
    const [row] = find(record).quarantined;
    const text = line.toString('utf8');
    expect({ name: record.name, text: row?.['text'] }).toEqual({
      name: record.name,
      text: text.length < 10_000 ? text : String(text.length),
    });
    const isText = record.reasons?.[0] !== 'not_utf8';
    expect({ name: record.name, bytes: row?.['bytes'] }).toEqual({
      name: record.name,
      bytes: isText ? undefined : line.toString('base64'),
    });
  }
});

test("the counts reconcile: the run's own are all clean, and each record of others has one class", () => {
  const { ledger, carriedOver } = result;
  const own = { intended: ROWS, acknowledged: ROWS, landed: ROWS, clean: ROWS, quarantined: 0, duplicate: 0 };
  const faults = { lost: 0, phantom: 0, repeated: 0, corrupt: 0 };
  for (const kind of RECORD_KINDS) expect({ kind, ...ledger[kind] }).toEqual({ kind, ...own, ...faults });
  const others = [...places.keys()];
  const quarantined = others.filter(({ reasons }) => reasons !== undefined).length;
  expect(carriedOver.geo).toEqual({
    clean: others.length - quarantined,
    quarantined: quarantined + ANY_JSON.length,
    duplicate: 0,
  });
});

test('any JSON text is in Kafka, in its object and in the raw column as it was sent', async () => {
  const stored = await readStored();
  ANY_JSON.forEach((text, i) => {
    const place = placesOfAny[i] ?? '';
    const { lines, quarantined } = found.get(place) ?? { lines: [], quarantined: [] };
    // Line breaks between tokens would end the line.
    const line = text.replaceAll(/[\r\n]/g, '\t');
    expect({
      SEED,
      kafka: stored.get(place),
      lines: lines.map(String),
      raw: quarantined.map((row) => row['text']),
    }).toEqual({
      ...{ SEED, kafka: text, lines: [line], raw: [line] },
    });
  });
});

test('text comes through byte for byte, or is refused with where it is wrong', async () => {
  const fate = expectFates(ACCEPTED_TEXTS);
  for (const { name, value, at } of REFUSED_TEXTS) {
    const { status, text } = await post(value);
    expect({ name, status, text }).toMatchObject({
      name,
      status: 400,
      text: expect.stringMatching(`byte ${BEFORE.length + at}"`),
    });
  }
  const whole = await fetch(`${stack().config.gateway.url}/topics/${topic}`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.kafka.json.v2+json' },
    body: '\ufeff{"records":[{}]}',
  });
  expect(await whole.json()).toEqual({ error_code: 400, message: 'body has a byte order mark at byte 0' });
  reportFault({
    number: 31,
    fault: `text in ${ACCEPTED_TEXTS.length + REFUSED_TEXTS.length + 1} encodings through the gateway`,
    injected: ACCEPTED_TEXTS.length + REFUSED_TEXTS.length + 1,
    ...fate,
    recoveryMs: [runMs],
  });
});

test('numbers beyond their columns land as they were sent and are stored by rule or refused', async () => {
  const fate = expectFates(NUMBERS);
  for (const token of REFUSED_NUMBERS)
    expect({ token, ...(await post(Buffer.from(token))) }).toMatchObject({ token, status: 400 });
  reportFault({
    number: 32,
    fault: `${NUMBERS.length + REFUSED_NUMBERS.length} numbers that no column holds through the gateway`,
    injected: NUMBERS.length + REFUSED_NUMBERS.length,
    ...fate,
    recoveryMs: [runMs],
  });
});
