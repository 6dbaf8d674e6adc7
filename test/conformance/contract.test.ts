import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../config/load.ts';
import { RECORD_ERRORS, REST_ERRORS } from '../../gateway/rest-errors.ts';
import { AnswerContract, type OpenApiDocument } from '../support/answer-contract.ts';
import { waitUntil } from '../support/running-stack.ts';
import { ask, type Case, type CaseAnswer, type CaseRequest } from './case.ts';
import { Gateways } from './gateways.ts';
import { guardTopics } from './guard-topics.ts';
import { REFUSED_CASES } from './refused-cases.ts';
import { STORED_CASES } from './stored-cases.ts';
import { TopicContents } from './topic-contents.ts';

/**
 * What the gateway promises, case by case, over a process of it and a real Kafka. Every answer is held to the OpenAPI
 * document that the gateway serves.
 */

const config = loadConfig();
const prefix = `conform-${randomUUID().slice(0, 8)}`;
const STORED = STORED_CASES.map((one, i) => ({ ...one, ownTopic: `${prefix}-stored-${i}.pin` }));
// Most leave their topic as it is and share one; a broker that has to delete many is busy for the next test.
const REFUSED = REFUSED_CASES.map((one, i) => {
  const isAlone = one.after !== undefined || one.topic !== undefined || one.at !== undefined;
  return { ...one, ownTopic: `${prefix}-refused-${isAlone ? i : 'all'}.pin` };
});
const CASES = [...STORED, ...REFUSED];
const FILLED = `${prefix}-filled.pin`;
const topicsOf = (belongs: (one: Case) => boolean) => [
  ...new Set(CASES.filter(belongs).map(({ ownTopic }) => ownTopic)),
];
const contents = new TopicContents({ kafka: config.kafka, topics: topicsOf(() => true), unread: [FILLED] });

/** One needs a defect, which test/gateway/server.test.ts has, the other patience, which test/gateway/http-limits.test.ts has not. */
const ELSEWHERE = [REST_ERRORS.INTERNAL.code, REST_ERRORS.TIMED_OUT.code];

let gateways: Gateways;
let contract: AnswerContract;
const seen = new Set<number>();

beforeAll(async () => {
  await contents.open();
  await guardTopics(
    config.kafka,
    topicsOf(({ topic }) => topic === 'read-only'),
  );
  const [unauthenticated = ''] = topicsOf(({ at }) => at === 'unauthenticated');
  const [unconfirmed = ''] = topicsOf(({ at }) => at === 'unconfirmed');
  gateways = await Gateways.start(config, { unauthenticated, unconfirmed });
  const { text } = await ask(config.gateway.url, { method: 'GET', path: '/openapi.json' });
  contract = new AnswerContract(JSON.parse(text) as OpenApiDocument);
  // The gateway looks for a topic that it does not know at most four times a second.
  await sleep(300);
});

afterAll(async () => {
  await gateways.stop();
  await contents.close();
});

type OwnCase = Case & { readonly ownTopic: string };

interface Body {
  readonly error_code?: number;
  readonly message?: string;
  readonly offsets?: readonly { partition: number; offset: number; error_code: number | null; error: string | null }[];
}

/** Asks a gateway and holds the answer to the document. */
async function askChecked(request: CaseRequest & { readonly path: string }, at?: Case['at']): Promise<CaseAnswer> {
  const answer = await ask(gateways.addressOf(at), request);
  const { status, headers, text } = answer;
  const type = headers.get('content-type') ?? undefined;
  const method = request.method ?? 'POST';
  expect(contract.findProblem({ method, path: request.path, status, type, text })).toBeUndefined();
  return answer;
}

describe('the Kafka REST v2 contract', () => {
  it.each(STORED)('$name', (one) => expectAnswer(one));
  it.each(REFUSED)('refuses $name', (one) => expectAnswer(one));

  async function expectAnswer({ ownTopic, at, after, path = '/topics/{topic}', ...one }: OwnCase): Promise<void> {
    const send = async (request: CaseRequest) =>
      askChecked({ ...request, path: (request.path ?? '/topics/{topic}').replace('{topic}', ownTopic) }, at);
    if (after !== undefined) await send(after);

    const work = () => send({ ...one, path });
    const answer = await (at === 'crowded' ? gateways.whileCrowded(FILLED, work) : work());

    const { error_code, message, offsets } = JSON.parse(answer.text) as Body;
    const failures = offsets?.filter((record) => record.error_code !== null) ?? [];
    for (const code of [error_code, ...failures.map((record) => record.error_code)]) if (code) seen.add(code);
    expect({
      status: answer.status,
      code: error_code,
      offsets: offsets?.map((record) => record.error_code ?? `${record.partition}@${record.offset}`),
    }).toEqual({ status: one.status, code: one.code, offsets: one.offsets });
    if (one.message !== undefined) expect(message ?? failures[0]?.error).toMatch(one.message);
    expect(Object.fromEntries(answer.headers)).toMatchObject(one.answerHeaders ?? {});
    if (one.stored !== 'untold') expect(await contents.read(ownTopic)).toEqual(one.stored ?? {});
  }

  it('tells the names of the topics, and of one its settings and where its partitions are', async () => {
    const [ownTopic] = topicsOf(() => true);
    const names = JSON.parse((await askChecked({ method: 'GET', path: '/topics' })).text) as string[];
    expect(names).toEqual(expect.arrayContaining(topicsOf(() => true)));
    expect(names).not.toContain('__consumer_offsets');
    const { text } = await askChecked({ method: 'GET', path: `/topics/${ownTopic}` });
    const replicas = [{ broker: 1, leader: true, in_sync: true }];
    expect(JSON.parse(text)).toEqual({
      name: ownTopic,
      configs: expect.objectContaining({ 'cleanup.policy': 'delete', 'max.message.bytes': '1048588' }),
      partitions: [0, 1, 2].map((partition) => ({ partition, leader: 1, replicas })),
    });
  });

  it('tells a topic that is not there from one that is', async () => {
    const { status, text } = await askChecked({ method: 'GET', path: `/topics/${prefix}.geo` });
    expect([status, JSON.parse(text)]).toEqual([
      404,
      { error_code: 40401, message: `topic "${prefix}.geo" does not exist` },
    ]);
  });
});

describe('the paths of this process', () => {
  it.each([
    ['/healthz', 'there', 200],
    ['/healthz', 'away', 200],
    ['/readyz', 'there', 200],
    ['/readyz', 'away', 503],
    ['/openapi.json', 'there', 200],
  ] as const)('%s is answered, with Kafka %s, by status %i', async (path, kafka, status) => {
    const at = kafka === 'away' ? kafka : undefined;
    expect(await askChecked({ method: 'GET', path }, at)).toMatchObject({ status });
  });
});

describe('the paths in front of Kinesis', () => {
  const stream = `streaming-${prefix}-pin`;
  const path = `/streams/${stream}`;
  const JSON_BODY = { 'content-type': 'application/json' };
  const send = async (request: CaseRequest & { readonly path: string }) => {
    const { status, text } = await askChecked({
      ...request,
      type: null,
      headers: { ...JSON_BODY, ...request.headers },
    });
    return { status, body: text === '' ? undefined : JSON.parse(text) };
  };

  it('answer as documented, from the stream to the record and back', async () => {
    expect(await send({ path, body: '{"ShardCount":1}' })).toMatchObject({ status: 200 });
    await waitUntil('the stream is active', async () => {
      const { body } = await send({ method: 'GET', path });
      return body.StreamDescription.StreamStatus === 'ACTIVE';
    });
    expect((await send({ method: 'GET', path: '/streams' })).body.StreamNames).toContain(stream);
    const record = '{"Data":{"b" : 1e400},"PartitionKey":"k"}';
    expect(await send({ method: 'PUT', path: `${path}/record`, body: record })).toMatchObject({ status: 200 });
    const records = '{"records":[{"data":"1e400","partition-key":1}]}';
    const many = await send({ method: 'PUT', path: `${path}/records`, body: records });
    expect(many).toMatchObject({ status: 200, body: { FailedRecordCount: 0 } });
    const iterator = await send({ method: 'GET', path: `${path}/sharditerator?shard-id=shardId-000000000000` });
    const headers = { 'shard-iterator': iterator.body.ShardIterator };
    const read = await send({ method: 'GET', path: `${path}/records`, headers });
    expect(read.body.Records.map(({ Data }: { Data: string }) => Buffer.from(Data, 'base64').toString())).toEqual([
      '{"b" : 1e400}',
      '1e400',
    ]);
    expect(await send({ method: 'DELETE', path })).toEqual({ status: 200, body: undefined });
  });

  it.each<CaseRequest & { path: string; status: number; failure: string }>([
    { method: 'GET', path: '/streams/streaming-not-there', status: 400, failure: 'ResourceNotFoundException' },
    { method: 'PUT', path: `${path}/record`, body: '{}', status: 400, failure: 'ValidationException' },
    { method: 'PUT', path: `${path}/records`, body: '{"records":[]}', status: 400, failure: 'ValidationException' },
    { method: 'GET', path: `${path}/records`, status: 400, failure: 'ValidationException' },
    {
      ...{ method: 'POST', path, headers: { 'content-type': 'text/csv' }, body: '1' },
      ...{ status: 415, failure: 'UnsupportedMediaTypeException' },
    },
    { method: 'GET', path: `${path}/b/c`, status: 404, failure: 'UnknownOperationException' },
  ])('$method $path fails by $failure', async ({ status, failure, ...request }) => {
    expect(await send(request)).toMatchObject({ status, body: { __type: failure } });
  });
});

describe('this suite', () => {
  it('has seen every code of the tables, and asked for every operation of the document', () => {
    const known = [...Object.values(REST_ERRORS).map(({ code }) => code), ...Object.values(RECORD_ERRORS)];
    expect([...seen, ...ELSEWHERE].toSorted()).toEqual([...new Set<number>(known)].toSorted());
    expect([...contract.seen].toSorted()).toEqual(contract.listOperations().toSorted());
  });
});
