import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { PinflowError } from '../../domain/errors.ts';
import type { ObjectVersion, VersionedStore } from '../mwaa/port.ts';
import type { ObjectMetadata, ObjectStore } from '../ports.ts';

/** Most keys of one delete request. */
const MOST_DELETED = 1_000;

export interface ObjectStoreOptions {
  readonly bucket: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** An {@link ObjectStore} on one S3 bucket. Retries of whole steps belong to Temporal, so the SDK tries only twice. */
export class S3ObjectStore implements ObjectStore, VersionedStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ bucket, endpoint, region, credentials }: ObjectStoreOptions) {
    this.#bucket = bucket;
    this.#client = new S3Client({
      region,
      maxAttempts: 2,
      ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
      ...(credentials !== undefined && { credentials }),
    });
  }

  async createObject({ key, body, contentType, metadata }: Parameters<ObjectStore['createObject']>[0]) {
    const object = { Bucket: this.#bucket, Key: key, Body: body, ContentType: contentType, IfNoneMatch: '*' };
    try {
      await this.#client.send(new PutObjectCommand({ ...object, Metadata: { ...metadata } }));
      return 'created';
    } catch (error) {
      if (hasStatus(error, 412)) return 'exists';
      throw this.#classify(error, `write "${key}"`);
    }
  }

  async replaceObject({ key, body, contentType }: Parameters<ObjectStore['replaceObject']>[0]): Promise<void> {
    const object = { Bucket: this.#bucket, Key: key, Body: body, ContentType: contentType };
    await this.#try(`write "${key}"`, () => this.#client.send(new PutObjectCommand(object)));
  }

  async readObject(key: string): Promise<Buffer | undefined> {
    return this.#find(key, async () => {
      const response = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return Buffer.from((await response.Body?.transformToByteArray()) ?? []);
    });
  }

  async readLatest(key: string): Promise<ObjectVersion | undefined> {
    return this.#find(key, async () => {
      const response = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      const { VersionId: version, LastModified: written } = response;
      if (version === undefined) throw new PinflowError('STORE_REFUSED', `bucket "${this.#bucket}" keeps no versions`);
      const body = Buffer.from((await response.Body?.transformToByteArray()) ?? []);
      return { body, version, writtenAt: written?.getTime() ?? 0 };
    });
  }

  async writeVersion(object: Parameters<VersionedStore['writeVersion']>[0]): Promise<void> {
    await this.replaceObject(object);
  }

  async readMetadata(key: string): Promise<ObjectMetadata | undefined> {
    return this.#find(key, async () => {
      const response = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }));
      return response.Metadata ?? {};
    });
  }

  async deleteObjects(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += MOST_DELETED) {
      const Objects = keys.slice(start, start + MOST_DELETED).map((Key) => ({ Key }));
      await this.#try(`delete ${Objects.length} objects`, async () => {
        const request = { Bucket: this.#bucket, Delete: { Objects, Quiet: true } };
        const [failed] = (await this.#client.send(new DeleteObjectsCommand(request))).Errors ?? [];
        if (failed !== undefined) throw new Error(`"${failed.Key}": ${failed.Code} ${failed.Message}`);
      });
    }
  }

  async listKeys(prefix: string, after?: string): Promise<string[]> {
    return (await this.listVersions(prefix, after)).map(({ key }) => key);
  }

  async listVersions(prefix: string, after?: string): Promise<{ key: string; version: string }[]> {
    const found: { key: string; version: string }[] = [];
    const request = { Bucket: this.#bucket, Prefix: prefix, ...(after !== undefined && { StartAfter: after }) };
    await this.#try(`list "${prefix}"`, async () => {
      for await (const page of paginateListObjectsV2({ client: this.#client }, request)) {
        for (const { Key: key, ETag: version = '' } of page.Contents ?? []) {
          if (key !== undefined) found.push({ key, version });
        }
      }
    });
    return found;
  }

  /** Asks whether the bucket is there, until the signal says that nobody waits any more. */
  async ping(abortSignal: AbortSignal): Promise<void> {
    const request = new HeadBucketCommand({ Bucket: this.#bucket });
    await this.#try('find anything', () => this.#client.send(request, { abortSignal }));
  }

  close(): void {
    this.#client.destroy();
  }

  async #find<T>(key: string, read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw this.#classify(error, `read "${key}"`);
    }
  }

  async #try<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw this.#classify(error, what);
    }
  }

  #classify(error: unknown, what: string): PinflowError {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const message = `could not ${what} in bucket "${this.#bucket}": ${reason}`;
    return new PinflowError(isFinal(error) ? 'STORE_REFUSED' : 'STORE_UNAVAILABLE', message, { cause: error });
  }
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}

/** A missing bucket is not a missing object: it must not read as an empty store. */
function isAbsent(error: unknown): boolean {
  return hasStatus(error, 404) && (error as Error).name !== 'NoSuchBucket';
}

/** 408 and 429 are worth another try, as is 409, which S3 answers to two conditional writes at once. */
function isFinal(error: unknown): boolean {
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  return status >= 400 && status < 500 && ![408, 409, 429].includes(status);
}
