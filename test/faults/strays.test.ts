import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mapKinds } from '../../domain/kinds.ts';
import { dailyRunId, landedKey, landedPrefix, reportKey, topicName, topicPrefix } from '../../domain/names.ts';
import { progressQuery } from '../../workflows/messages.ts';
import { writeGeo } from '../support/hostile-records.ts';
import { pinflow } from '../support/processes.ts';
import { queryTables, tableOf } from '../support/read-tables.ts';
import { readReport } from '../support/read-report.ts';
import { reportFault } from '../support/report-fault.ts';
import { useStackWithWorker } from '../support/running-stack.ts';

const run = { pipeline: 'strays', date: '2026-11-22' };
const ROWS = 30;
const topic = topicName(run.pipeline, 'geo');
const folder = landedPrefix({ topic, partition: 0 });

/** A row that would be clean, so that whoever reads it is found out. */
const row = Buffer.from(`${writeGeo({ country: '"Nowhere"' })}\n`);

const STRAYS: Readonly<Record<string, Buffer>> = {
  [`${topicPrefix(topic)}README.json`]: row,
  [`${topicPrefix(topic)}marker/`]: Buffer.alloc(0),
  [`${topicPrefix(topic)}_temporary/0/part-00000.json`]: row,
  [`${topicPrefix(topic)}partition=99/${topic}+0+0000000000.json`]: row,
  [`${topicPrefix(topic)}partition=zero/${topic}+0+0000000000.json`]: row,
  [`${folder}_SUCCESS`]: Buffer.alloc(0),
  [`${folder}.${topic}+0+0000000000.json.crc`]: Buffer.from('crc\0'),
  [`${folder}${topic}+0+0000000000.json.gz`]: Buffer.from('1f8b0800ffff', 'hex'),
  [`${folder}${topic}+0+0000000000 copy.json`]: row,
  [`${folder}${topic}%2F0+0000000000.json`]: row,
  [`${folder}..${topic}+0+0000000000.json`]: row,
  [`${folder}${topic}+0+1.json`]: row,
  [`${folder}ünïcödé 😀.json`]: row,
  // Names that landing itself may write: inside the range of its first object, and far after its last.
  [landedKey({ topic, partition: 0, start: 1 })]: row,
  [landedKey({ topic, partition: 0, start: 900 })]: Buffer.from('not JSON'),
};

const stack = useStackWithWorker();

async function putStrays(): Promise<void> {
  const { bucket, endpoint, region, credentials } = stack().config.s3;
  const client = new S3Client({
    region,
    forcePathStyle: true,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
  });
  for (const [Key, Body] of Object.entries(STRAYS)) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  }
  client.destroy();
}

test('a run reads none of the junk among its objects, and says how much there is', async () => {
  await putStrays();
  const begun = Date.now();
  const { code, stderr } = await pinflow('run', run.date, '--pipeline', run.pipeline, '--rows', String(ROWS));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const took = Date.now() - begun;

  const handle = stack().client.workflow.getHandle(dailyRunId(run));
  const { steps } = await handle.query(progressQuery);
  const strays = Object.keys(STRAYS).length;
  expect(steps.find(({ name }) => name === 'prove')?.detail).toContain(`strays: pin 0, geo ${strays}, user 0`);
  const page = readFileSync(
    fileURLToPath(`${stack().config.landing.root}/${reportKey(dailyRunId(run), 'report.html')}`),
  );
  expect(page.toString()).toMatch(new RegExp(`landing did not write:\\s+geo ${strays}\\.`));

  const { ledger } = readReport(stack(), run);
  expect(ledger).toEqual(mapKinds(() => expect.objectContaining({ landed: ROWS, clean: ROWS, quarantined: 0 })));
  expect(await handle.result()).toMatchObject({ carriedOver: { geo: { clean: 0, quarantined: 0, duplicate: 0 } } });
  const { geo } = await queryTables(stack(), {
    geo: `SELECT count(*) AS rows, count_if(country = 'Nowhere') AS strays FROM ${tableOf(stack(), run.pipeline, 'geo')}`,
  });
  expect(geo.rows).toEqual([{ rows: ROWS, strays: 0 }]);
  reportFault({
    ...{ number: 36, fault: `${strays} kinds of junk among the landed objects` },
    ...{ injected: strays, lost: 0, duplicated: 0, recoveryMs: [took] },
  });
});
