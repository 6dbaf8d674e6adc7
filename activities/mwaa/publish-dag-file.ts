import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PinflowError } from '../../domain/errors.ts';
import type { PublishInput } from '../../domain/mwaa.ts';
import { dagId } from '../../domain/names.ts';
import type { Mwaa, VersionedStore } from './port.ts';

/** A DAG file in the bucket, and by what it is told that Airflow has seen it. */
export interface UploadedDag {
  readonly dagId: string;
  readonly key: string;
  readonly isChanged: boolean;
  readonly hash: string;
  /** By the clock of the bucket; milliseconds since 1970. */
  readonly writtenAt: number;
  /** What Airflow had against the file that was there before; null for nothing. */
  readonly errorBefore: string | null;
}

/** MWAA brings files to Airflow every 30 s or so, and Airflow looks at each again about as often. */
const SETTLED_MS = 120_000;
const LONGEST_WAIT_MS = 30 * 60_000;
const PAUSE_MS = 2_000;

/** Writes the file unless the bucket has this text (I6). */
export async function uploadDag(
  { pipeline, dag }: Pick<PublishInput, 'pipeline' | 'dag'>,
  { mwaa, openBucket }: { mwaa: Mwaa; openBucket: (bucket: string) => VersionedStore },
): Promise<UploadedDag> {
  const { bucket, dagPrefix } = await mwaa.readEnvironment();
  const id = dagId(pipeline);
  const key = `${dagPrefix}${id}.py`;
  const store = openBucket(bucket);
  const errorBefore = (await mwaa.readImportError(`${id}.py`))?.message ?? null;
  const isChanged = (await store.readLatest(key))?.body.toString() !== dag;
  if (isChanged) await store.writeVersion({ key, body: dag, contentType: 'text/x-python' });
  const { writtenAt } = (await store.readLatest(key)) ?? { writtenAt: 0 };
  return { dagId: id, key, isChanged, hash: createHash('sha256').update(dag).digest('hex'), writtenAt, errorBefore };
}

/**
 * Waits until Airflow has parsed this text: it tells the source of a DAG. An error may still be that of the file before;
 * it is this one's when it is another error, or Airflow found it again after the file must have come.
 * @throws PinflowError DAG_IMPORT_FAILED with the line of the file
 */
export async function awaitDag(
  { dagId: id, key, hash, writtenAt, errorBefore }: UploadedDag,
  { mwaa, signal }: { mwaa: Mwaa; signal: AbortSignal },
): Promise<void> {
  const file = `${id}.py`;
  for (const deadline = Date.now() + LONGEST_WAIT_MS; Date.now() < deadline;) {
    const error = await mwaa.readImportError(file);
    if (error !== undefined && (error.message !== errorBefore || error.seenAt > writtenAt + SETTLED_MS)) {
      throw new PinflowError('DAG_IMPORT_FAILED', `Airflow could not import "${file}", ${error.message}`);
    }
    if (error === undefined && (await mwaa.readDag(id))?.sourceHash === hash) return;
    await sleep(PAUSE_MS, undefined, { signal });
  }
  const waited = `within ${LONGEST_WAIT_MS / 60_000} minutes`;
  throw new PinflowError('DAG_IMPORT_FAILED', `Airflow has not parsed "${key}" ${waited}, nor said why`);
}
