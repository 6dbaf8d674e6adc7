import type { Post } from '../../domain/emulation-plan.ts';
import { mapKinds, type PerKind, type RecordKind } from '../../domain/kinds.ts';
import { chunkManifestKey } from '../../domain/names.ts';
import type { RunPlan } from '../../domain/run.ts';
import { manifestsOf } from './chunk-manifests.ts';

/** Rows of one kind whose acknowledgements are kept together. */
export interface Chunk {
  readonly plan: RunPlan;
  readonly kind: RecordKind;
  /** Of the chunk's manifest. */
  readonly key: string;
  /** Sequence of the chunk's first row. */
  readonly first: number;
  readonly positions: readonly number[];
  /** Whether it begins within a post, whose other rows the chunk before has. */
  readonly continues: boolean;
}

interface Cut {
  readonly plan: RunPlan;
  readonly kind: RecordKind;
  readonly posts: readonly Post[];
}

/** Cuts the rows of one kind into chunks of so many; the same plan is always cut the same way (I6). */
export function cutIntoChunks({ plan, kind, posts }: Cut, size: number): Chunk[] {
  const positions: number[] = [];
  const begins = new Set<number>();
  for (const post of posts) {
    begins.add(positions.length);
    positions.push(...post[kind]);
  }
  return Array.from({ length: Math.ceil(positions.length / size) }, (_, number) => {
    const first = number * size;
    return {
      ...{ plan, kind, key: chunkManifestKey(manifestsOf(plan, kind), number), first },
      ...{ positions: positions.slice(first, first + size), continues: !begins.has(first) },
    };
  });
}

/** Posts that are sent one after the other, and the chunk of each kind that they make. */
export interface PostGroup {
  readonly posts: readonly Post[];
  readonly chunks: PerKind<Chunk>;
}

/** Cuts posts into groups of so many. */
export function cutIntoGroups({ plan, posts }: Omit<Cut, 'kind'>, size: number): PostGroup[] {
  const sent = { pin: 0, geo: 0, user: 0 };
  return Array.from({ length: Math.ceil(posts.length / size) }, (_, number) => {
    const group = posts.slice(number * size, (number + 1) * size);
    const chunks = mapKinds((kind): Chunk => {
      const positions = group.flatMap((post) => post[kind]);
      const first = sent[kind];
      sent[kind] += positions.length;
      const key = chunkManifestKey(manifestsOf(plan, kind), number);
      return { plan, kind, key, first, positions, continues: false };
    });
    return { posts: group, chunks };
  });
}
