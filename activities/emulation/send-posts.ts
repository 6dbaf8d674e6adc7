import { sleep } from '@temporalio/activity';
import { drawTurns } from '../../domain/course-turns.ts';
import type { Post } from '../../domain/emulation-plan.ts';
import { RECORD_KINDS } from '../../domain/kinds.ts';
import type { RunPlan } from '../../domain/run.ts';
import type { SourceRow } from '../ports.ts';
import { keepManifest, listManifests, type ManifestRecord, readManifest } from './chunk-manifests.ts';
import { type Chunk, cutIntoGroups, type PostGroup } from './chunks.ts';
import { limitRate } from './limit-rate.ts';
import { postRow } from './post-chunk.ts';
import type { SendContext } from './send-chunks.ts';

/**
 * Posts whose acknowledgements are kept together, about five seconds of them. Of those that a killed worker has sent but
 * not kept, the gateway remembers the answers (I6).
 */
const GROUP_POSTS = 10;

/**
 * Sends posts as the course's emulator does: a pause, then pin, geo and user, each row in a request of its own. What
 * manifests tell of is in Kafka and is not sent again (I6, I7).
 */
export async function sendPosts(plan: RunPlan, posts: readonly Post[], context: SendContext): Promise<void> {
  const kept = await listKept(plan, context);
  const turns = drawTurns(plan.seed, posts.length);
  const awaitTurn = limitRate(plan.rate);
  for (const [number, group] of cutIntoGroups({ plan, posts }, GROUP_POSTS).entries()) {
    const outboxes = await openOutboxes(group, kept, context);
    if (outboxes.length === 0) continue;
    for (const [index, post] of group.posts.entries()) {
      await sleep((turns[number * GROUP_POSTS + index]?.pauseSeconds ?? 0) * 1_000);
      await awaitTurn(1);
      for (const outbox of outboxes) await outbox.send(post[outbox.chunk.kind].length, context);
    }
    for (const outbox of outboxes) await outbox.keep(context);
  }
}

async function listKept(plan: RunPlan, { store }: SendContext): Promise<ReadonlySet<string>> {
  const lists = await Promise.all(RECORD_KINDS.map((kind) => listManifests(plan, kind, store)));
  return new Set(lists.flatMap((keys) => [...keys]));
}

/** One for each kind of which the group has rows that are still to be sent. */
async function openOutboxes({ chunks }: PostGroup, kept: ReadonlySet<string>, context: SendContext): Promise<Outbox[]> {
  const outboxes: Outbox[] = [];
  for (const kind of RECORD_KINDS) {
    const chunk = chunks[kind];
    const manifest = kept.has(chunk.key) ? await readManifest(chunk.key, context.store) : undefined;
    if (manifest !== undefined) context.onAcknowledged(manifest.records.length, kind);
    else if (chunk.positions.length > 0) {
      outboxes.push(new Outbox(chunk, await context.source.readRows(kind, chunk.positions)));
    }
  }
  return outboxes;
}

/** The rows of a chunk that go one by one. */
class Outbox {
  readonly chunk: Chunk;
  readonly #rows: readonly SourceRow[];
  readonly #sent: ManifestRecord[] = [];

  constructor(chunk: Chunk, rows: readonly SourceRow[]) {
    this.chunk = chunk;
    this.#rows = rows;
  }

  /** Sends the next rows. */
  async send(count: number, { gateway, signal, onAcknowledged }: SendContext): Promise<void> {
    for (const row of this.#rows.slice(this.#sent.length, this.#sent.length + count)) {
      signal.throwIfAborted();
      const sequence = this.chunk.first + this.#sent.length;
      this.#sent.push(await postRow(this.chunk, { row, sequence }, gateway));
      onAcknowledged(1, this.chunk.kind);
    }
  }

  async keep({ store }: SendContext): Promise<void> {
    await keepManifest(this.chunk.key, { first: this.chunk.first, records: this.#sent }, store);
  }
}
