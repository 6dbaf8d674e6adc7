import {
  type EmulationInput,
  type EmulationPlan,
  planEmulation,
  planPosts,
  type Post,
} from '../../domain/emulation-plan.ts';
import { PinflowError } from '../../domain/errors.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import { sourceClaimKey } from '../../domain/names.ts';
import type { Source } from '../../domain/run.ts';
import type { ObjectStore, OpenSource, RowSource } from '../ports.ts';

export async function withSource<T>(
  source: Source,
  openSource: OpenSource,
  use: (source: RowSource) => Promise<T>,
): Promise<T> {
  const rows = await openSource(source);
  try {
    return await use(rows);
  } finally {
    await rows.close();
  }
}

/** What is sent of a source: everything but its keys. */
type Choice = Omit<EmulationInput, 'keys'>;

/** Positions of the source to send, in sending order. */
export async function planPositions(choice: Choice, source: RowSource): Promise<EmulationPlan> {
  return planEmulation(await readInput(choice, source));
}

/** The same, post by post. */
export async function readPosts(choice: Choice, source: RowSource): Promise<Post[]> {
  return planPosts(await readInput(choice, source));
}

async function readInput(choice: Choice, source: RowSource): Promise<EmulationInput> {
  const [pin, geo, user] = await Promise.all(RECORD_KINDS.map((kind) => source.listKeys(kind)));
  const { pipeline, date, seed, rows, order } = choice;
  return { pipeline, date, seed, rows, order, keys: { pin: pin ?? [], geo: geo ?? [], user: user ?? [] } };
}

/** Two sources use the same keys for different rows: mixing them in one pipeline would replace rows silently (I9). */
export async function claimSource(
  { pipeline, source }: { readonly pipeline: string; readonly source: Source },
  store: ObjectStore,
): Promise<void> {
  const key = sourceClaimKey(pipeline);
  const claim = JSON.stringify(source);
  if ((await store.createObject({ key, body: claim, contentType: 'application/json' })) === 'created') return;
  const held = (await store.readObject(key))?.toString('utf8') ?? '';
  if (held !== claim) {
    throw new PinflowError('SOURCE_MISMATCH', `pipeline "${pipeline}" was made from source ${held}, not from ${claim}`);
  }
}
