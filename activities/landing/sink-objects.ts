import { createHash } from 'node:crypto';
import { landedKey, landedPrefix, parseLandedKey, type TopicPartition } from '../../domain/names.ts';
import type { OffsetRange } from '../../domain/offsets.ts';
import type { ObjectStore } from '../ports.ts';
import type { LandedObject } from './landed-objects.ts';
import { splitLines } from './record-line.ts';

/** Objects that are read at a time; they may be large, and several partitions are looked at side by side. */
const SIDE_BY_SIDE = 4;

/** How many offsets before the wanted ones the first look lists; each further look lists twice as many. */
const FIRST_REACH = 8_192;

/** An object that the store lists: nothing but its name is known. */
interface ListedObject {
  readonly key: string;
  readonly start: number;
  readonly version: string;
}

/** The objects of a partition that hold its wanted ranges, as far as they go without a gap. */
export interface Covering {
  readonly objects: readonly LandedObject[];
  /** The first wanted offset that is in none of them, and where the next object begins. */
  readonly gap: { readonly offset: number; readonly next: number | undefined } | undefined;
}

/**
 * The objects that a sink of Kafka Connect has written of a topic. Their names have their first offset; where they end
 * only their lines tell, of which each is one record. A sink that was killed may have written the same records again
 * under other names, so objects are taken as they follow on one another: where one ends the next one begins, and what
 * begins in between is passed over. That gives every offset once (I2, I3), although it may have been written twice.
 */
export class SinkObjects {
  readonly #store: ObjectStore;
  readonly #topic: string;
  /** By key and version: an object is counted again only when the sink has written it anew. */
  readonly #counted = new Map<string, LandedObject>();

  constructor(store: ObjectStore, topic: string) {
    this.#store = store;
    this.#topic = topic;
  }

  /** Follows the objects of one partition through ranges of it, which are in order and apart. `look` counts from 1. */
  async follow(partition: number, ranges: readonly OffsetRange[], look: number): Promise<Covering> {
    const objects: LandedObject[] = [];
    for (const { start: wanted, end } of ranges) {
      const start = Math.max(wanted, endOf(objects));
      if (start >= end) continue;
      const listed = await this.#list({ topic: this.#topic, partition }, start - FIRST_REACH * 2 ** (look - 1));
      const followed = await this.#followRange(listed, { partition, start, end }, look);
      objects.push(...followed);
      const offset = Math.max(start, endOf(followed));
      if (offset < end) return { objects, gap: { offset, next: listed.find((each) => each.start > offset)?.start } };
    }
    return { objects, gap: undefined };
  }

  /**
   * Where a range does not begin with an object it begins in the middle of one, nearly always the last before it. Only
   * after a sink has cut differently a second time it may be another one, so that each look tries one more: what counts
   * is which of them leads farthest.
   */
  async #followRange(listed: readonly ListedObject[], { start, end }: OffsetRange, look: number) {
    const within = await this.#countAll(listed.filter((object) => object.start >= start && object.start < end));
    const byStart = new Map(within.map((object) => [object.start, object]));
    const follow = (first: LandedObject | undefined) => followOn(first, byStart, end);
    const exact = follow(byStart.get(start));
    if (endOf(exact) >= end) return exact;
    const before = await this.#countAll(listed.filter((object) => object.start < start).slice(-look));
    const holding = before.toReversed().filter((object) => object.end > start);
    return [exact, ...holding.map(follow)].reduce((best, each) => (endOf(each) > endOf(best) ? each : best));
  }

  async #list(where: TopicPartition, from: number): Promise<ListedObject[]> {
    const after = from <= 0 ? undefined : landedKey({ ...where, start: from - 1 });
    const versions = await this.#store.listVersions(landedPrefix(where), after);
    return versions.flatMap(({ key, version }) => {
      const name = parseLandedKey(key);
      return name === undefined ? [] : [{ key, version, start: name.start }];
    });
  }

  async #countAll(listed: readonly ListedObject[]): Promise<LandedObject[]> {
    const counted: LandedObject[] = [];
    for (let first = 0; first < listed.length; first += SIDE_BY_SIDE) {
      const some = listed.slice(first, first + SIDE_BY_SIDE);
      counted.push(...(await Promise.all(some.map((object) => this.#count(object)))));
    }
    return counted.filter(({ count }) => count > 0);
  }

  async #count({ key, start, version }: ListedObject): Promise<LandedObject> {
    const known = this.#counted.get(`${key} ${version}`);
    if (known !== undefined) return known;
    const body = (await this.#store.readObject(key)) ?? Buffer.alloc(0);
    const count = [...splitLines(body)].length;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const partition = parseLandedKey(key)?.partition ?? 0;
    const object = { key, partition, start, end: start + count, count, sha256 };
    this.#counted.set(`${key} ${version}`, object);
    return object;
  }
}

/** The object, and those that begin where the one before them ends, until one ends at `end` or after it. */
function followOn(first: LandedObject | undefined, byStart: ReadonlyMap<number, LandedObject>, end: number) {
  const followed: LandedObject[] = [];
  for (let next = first; next !== undefined; next = next.end < end ? byStart.get(next.end) : undefined) {
    followed.push(next);
  }
  return followed;
}

function endOf(objects: readonly LandedObject[]): number {
  return objects.at(-1)?.end ?? 0;
}
