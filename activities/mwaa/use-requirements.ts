import { setTimeout as sleep } from 'node:timers/promises';
import { PinflowError } from '../../domain/errors.ts';
import type { Mwaa, MwaaEnvironment, RequirementsRef, VersionedStore } from './port.ts';

/** Where a new environment looks for its requirements. */
const REQUIREMENTS_KEY = 'requirements.txt';
const PAUSE_MS = 5_000;

const BUSY = ['UPDATING', 'CREATING', 'CREATING_SNAPSHOT', 'ROLLING_BACK', 'MAINTENANCE', 'PENDING'];
/** After an update that failed the environment is what it was before. */
const USABLE = ['AVAILABLE', 'UPDATE_FAILED'];

/** Writes the file unless the bucket has this text, and says which version it is. */
export async function uploadRequirements(
  text: string,
  { mwaa, openBucket }: { mwaa: Mwaa; openBucket: (bucket: string) => VersionedStore },
): Promise<RequirementsRef> {
  const { bucket, requirements } = await mwaa.readEnvironment();
  const { key } = requirements ?? { key: REQUIREMENTS_KEY };
  const store = openBucket(bucket);
  if ((await store.readLatest(key))?.body.toString() !== text) {
    await store.writeVersion({ key, body: text, contentType: 'text/plain' });
  }
  const latest = await store.readLatest(key);
  if (latest === undefined) throw new PinflowError('STORE_REFUSED', `"${key}" in bucket "${bucket}" is gone again`);
  return { key, version: latest.version };
}

/**
 * Asks for an update unless the environment has these requirements, or is updating: the caller has waited, so that update
 * is what an earlier try asked for (I6).
 */
export async function requestUpdate(wanted: RequirementsRef, mwaa: Mwaa): Promise<'requested' | 'unchanged'> {
  const { status, requirements } = await mwaa.readEnvironment();
  if (runsWith(requirements, wanted)) return 'unchanged';
  if (status !== 'UPDATING') await mwaa.requestUpdate(wanted);
  return 'requested';
}

/** Waits until no update runs; with requirements, until the environment runs with them. @throws MWAA_UPDATE_FAILED */
export async function awaitEnvironment(
  wanted: RequirementsRef | undefined,
  { mwaa, signal }: { mwaa: Mwaa; signal: AbortSignal },
): Promise<void> {
  let environment = await mwaa.readEnvironment();
  while (BUSY.includes(environment.status)) {
    await sleep(PAUSE_MS, undefined, { signal });
    environment = await mwaa.readEnvironment();
  }
  const { name, status, requirements, updateError } = environment;
  if (!USABLE.includes(status)) {
    throw new PinflowError('MWAA_REFUSED', `environment "${name}" is ${status} and cannot be used`);
  }
  if (wanted === undefined || runsWith(requirements, wanted)) return;
  const reason = updateError ?? 'another update came between';
  throw new PinflowError('MWAA_UPDATE_FAILED', `environment "${name}" did not take "${wanted.key}": ${reason}`);
}

function runsWith(requirements: MwaaEnvironment['requirements'], { key, version }: RequirementsRef): boolean {
  return requirements?.key === key && requirements.version === version;
}
