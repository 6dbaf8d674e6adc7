import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import type { HttpFault, HttpRequestHead } from '../../infra/local/faults/http-fault.ts';
import { type HttpFaultProxy, startHttpFaultProxy } from '../../infra/local/faults/http-proxy.ts';
import { LandingRun } from '../support/landing-run.ts';
import { reportFault } from '../support/report-fault.ts';
import { connectStack, type RunningStack } from '../support/running-stack.ts';

/** Every request that landing makes of S3, met by every answer that S3 may give, until a whole step has failed of it. */

const OPERATIONS: Readonly<Record<string, (request: HttpRequestHead) => boolean>> = {
  create: ({ method, url }) => method === 'PUT' && url.includes('/topics/'),
  replace: ({ method, url }) => method === 'PUT' && url.includes('/_pinflow/'),
  list: ({ method, url }) => method === 'GET' && url.includes('list-type=2'),
  get: ({ method, url }) => method === 'GET' && url.includes('/topics/') && !url.includes('list-type=2'),
  head: ({ method }) => method === 'HEAD',
};

const status = (code: number, name: string): HttpFault => ({
  kind: 'status',
  status: code,
  body: `<?xml version="1.0"?><Error><Code>${name}</Code><Message>made to fail</Message></Error>`,
});

const ANSWERS: Readonly<Record<string, HttpFault>> = {
  '429': status(429, 'TooManyRequests'),
  '500': status(500, 'InternalError'),
  '503': status(503, 'SlowDown'),
  reset: { kind: 'reset' },
  'lost response': { kind: 'drop-answer' },
  'truncated body': { kind: 'truncate' },
};

/** The SDK tries twice by itself. */
const HITS_OF_ONE_FAILURE = 2;

let stack: RunningStack;
let proxy: HttpFaultProxy;
let run: LandingRun;
let golden: Map<string, string>;

beforeAll(async () => {
  stack = await connectStack();
  proxy = await startHttpFaultProxy({ target: String(stack.config.s3.endpoint) });
  const { config } = stack;
  run = new LandingRun({ ...config, s3: { ...config.s3, endpoint: proxy.url } }, { pipeline: 's3-answers', rows: 300 });
  await run.send();
  await run.land();
  golden = (await run.describeObjects()).objects;
});

beforeEach(() => run.removeObjects());

afterAll(async () => {
  await run.close();
  proxy.close();
  await stack.close();
});

const CELLS = Object.keys(OPERATIONS).flatMap((operation) =>
  Object.keys(ANSWERS)
    // An answer to HEAD has no body.
    .filter((answer) => operation !== 'head' || answer !== 'truncated body')
    .map((answer) => [operation, answer] as const),
);

test.each(CELLS)('%s answered by %s leaves the objects of a run without faults', async (operation, answer) => {
  const fault = proxy.addFault({
    matches: OPERATIONS[operation] ?? (() => false),
    fault: ANSWERS[answer] ?? { kind: 'hang' },
    times: HITS_OF_ONE_FAILURE,
  });
  const begun = Date.now();

  const { counts } = await run.land();
  fault.remove();

  const { objects, overlaps } = await run.describeObjects();
  expect(objects).toEqual(golden);
  expect(counts).toMatchObject({ landed: 300, corrupt: 0, phantom: 0 });
  reportFault({
    number: answer === 'lost response' ? 12 : answer === 'truncated body' && operation === 'get' ? 14 : 11,
    fault: `S3 answers create, replace, list, get or head: ${answer}`,
    injected: fault.hits(),
    lost: counts.lost,
    duplicated: overlaps,
    recoveryMs: [Date.now() - begun],
  });
});

test('a tenth of all requests failing in every way leaves the objects of a run without faults', async () => {
  const faults = Object.values(ANSWERS).map((fault) =>
    proxy.addFault({ matches: () => true, fault, times: Infinity, chance: 0.02 }),
  );
  const begun = Date.now();

  const audits = [];
  for (let round = 0; round < 3; round++) {
    await run.removeObjects().catch(() => run.removeObjects());
    audits.push(await run.land());
  }
  proxy.clearFaults();

  const { objects, overlaps } = await run.describeObjects();
  expect(objects).toEqual(golden);
  reportFault({
    number: 11,
    fault: 'S3: a tenth of all requests fails in all these ways, seed "faults"',
    injected: faults.reduce((sum, fault) => sum + fault.hits(), 0),
    lost: audits.reduce((sum, { counts }) => sum + counts.lost, 0),
    duplicated: overlaps,
    recoveryMs: [(Date.now() - begun) / 3],
  });
});

test('a byte that changes on its way is noticed, and the object read again', async () => {
  await run.land();
  const fault = proxy.addFault({ matches: OPERATIONS['get'] ?? (() => false), fault: { kind: 'corrupt' } });
  const begun = Date.now();

  const { counts } = await run.land();

  expect(counts.corrupt).toBe(0);
  reportFault({
    number: 14,
    fault: 'S3 get: one bit flipped',
    injected: fault.hits(),
    lost: counts.lost,
    duplicated: 0,
    recoveryMs: [Date.now() - begun],
  });
});

test('no upload is left unfinished', async () => {
  const { bucket, endpoint, region, credentials } = stack.config.s3;
  const client = new S3Client({
    region,
    forcePathStyle: true,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  client.destroy();
  expect(Uploads ?? []).toEqual([]);
});
