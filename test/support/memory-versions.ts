import type { ObjectVersion, VersionedStore } from '../../activities/mwaa/port.ts';

/** A bucket in memory that keeps every version of an object. */
export class MemoryVersions implements VersionedStore {
  readonly objects = new Map<string, ObjectVersion[]>();

  async readLatest(key: string): Promise<ObjectVersion | undefined> {
    return this.objects.get(key)?.at(-1);
  }

  async writeVersion({ key, body }: Parameters<VersionedStore['writeVersion']>[0]): Promise<void> {
    const versions = this.objects.get(key) ?? [];
    const next = { body: Buffer.from(body), version: `v${versions.length + 1}`, writtenAt: Date.now() };
    this.objects.set(key, [...versions, next]);
  }
}
