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
}
