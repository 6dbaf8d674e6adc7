import { hash } from 'node:crypto';
import type { ObjectMetadata, ObjectStore } from '../../activities/ports.ts';

/** An object store in memory, with the one promise that matters: an object is created once. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, { body: Buffer; metadata: ObjectMetadata }>();

  async createObject({
    key,
    body,
    metadata,
  }: Parameters<ObjectStore['createObject']>[0]): Promise<'created' | 'exists'> {
    if (this.objects.has(key)) return 'exists';
    this.objects.set(key, { body: Buffer.from(body), metadata: metadata ?? {} });
    return 'created';
  }

  async replaceObject({ key, body }: Parameters<ObjectStore['replaceObject']>[0]): Promise<void> {
    this.objects.set(key, { body: Buffer.from(body), metadata: {} });
  }

  async readObject(key: string): Promise<Buffer | undefined> {
    return this.objects.get(key)?.body;
  }

  async readMetadata(key: string): Promise<ObjectMetadata | undefined> {
    return this.objects.get(key)?.metadata;
  }

  async deleteObjects(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }

  async listKeys(prefix: string, after = ''): Promise<string[]> {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
  }

  async listVersions(prefix: string, after?: string): Promise<{ key: string; version: string }[]> {
    const keys = await this.listKeys(prefix, after);
    return keys.map((key) => ({ key, version: hash('md5', this.objects.get(key)?.body ?? '') }));
  }
}
