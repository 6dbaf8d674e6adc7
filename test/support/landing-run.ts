import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmulationActivities } from '../../activities/emulation/activities.ts';
import { createOpenSource } from '../../activities/emulation/open-source.ts';
import { createGateway } from '../../activities/gateway/adapter.ts';
import { createKafkaLog } from '../../activities/kafka/adapter.ts';
import { createLandingActivities } from '../../activities/landing/activities.ts';
import { S3ObjectStore } from '../../activities/s3/adapter.ts';
import type { Config } from '../../config/schema.ts';
import { PinflowError } from '../../domain/errors.ts';
import type { LandingAudit } from '../../domain/ledger.ts';
import { dailyRunId, landingManifestKey, listedTopicPrefix, topicName } from '../../domain/names.ts';
import { findOverlaps, type OffsetRange } from '../../domain/offsets.ts';
import type { RunPlan } from '../../domain/run.ts';
import { listLandedObjects } from '../../activities/landing/landed-objects.ts';
import { runInActivity } from './in-activity.ts';
import { makePlan } from './run-plans.ts';

const kind = 'pin';

/**
 * The way of one kind's records from the source to the store, on real engines: the activities of a run up to its job,
 * tried again as Temporal would. Tests give it addresses of proxies instead of the engines' own.
 */
export class LandingRun {
  readonly plan: RunPlan;
  readonly topic: string;
  readonly store: S3ObjectStore;
  readonly kafka: ReturnType<typeof createKafkaLog>;
  readonly #emulation: ReturnType<typeof createEmulationActivities>;
  readonly #landing: ReturnType<typeof createLandingActivities>;
  /** What tries failed with that were repeated. */
  readonly failures: PinflowError[] = [];

  constructor(
    config: Pick<Config, 's3' | 'kafka' | 'gateway' | 'mysql'>,
    {
      pipeline,
      rows,
      maxRecords = 50,
      sink,
    }: { pipeline: string; rows: number; maxRecords?: number; sink?: { waitMs: number } },
  ) {
    const date = '2026-11-22';
    this.plan = makePlan({ pipeline, date, rows, workflowId: dailyRunId({ pipeline, date }) });
    this.topic = topicName(pipeline, kind);
    this.store = new S3ObjectStore(config.s3);
    this.kafka = createKafkaLog({ ...config.kafka, clientId: 'test-landing' });
    const [store, kafka, gateway] = [this.store, this.kafka, createGateway(config.gateway)];
    this.#emulation = createEmulationActivities({ openSource: createOpenSource(config), gateway, kafka, store });
    this.#landing = createLandingActivities({ kafka, store, maxRecords, maxAgeMs: 30_000, sink });
  }

  /** Creates the topics. */
  async prepare(): Promise<void> {
    await this.#retry(() => this.#emulation.prepareRun(this.plan));
  }

  /** Creates the topics, unless they are there, and posts the rows. */
  async send(): Promise<number> {
    const { plan } = this;
    await this.prepare();
    return (await this.#retry(() => this.#emulation.emulateKind({ plan, kind }))).acknowledged;
  }

  /** Lands and proves what was sent, and compares it. */
  async land(): Promise<LandingAudit> {
    const { plan } = this;
    const ranges = await this.#retry(() => this.#landing.planRanges({ plan, kind }));
    await this.#retry(() => this.#landing.landKind({ plan, kind, ranges }));
    return this.audit(ranges);
  }

  async audit(ranges: OffsetRange[]): Promise<LandingAudit> {
    const { plan } = this;
    const planned = { pin: ranges, geo: [], user: [] };
    await this.#retry(() => this.#landing.proveCoverage({ plan, planned }));
    return this.#retry(() => this.#landing.auditKind({ plan, kind, planned: ranges }));
  }

  /** Key and hash of every landed object, and how many of them overlap. */
  async describeObjects(): Promise<{ objects: Map<string, string>; overlaps: number }> {
    const offsets = await this.kafka.readOffsets(this.topic);
    const lists = await Promise.all(
      offsets.map(({ partition }) => listLandedObjects(this.store, { topic: this.topic, partition }, 0)),
    );
    const objects = lists.flat();
    return {
      objects: new Map(objects.map(({ key, end, sha256 }) => [key, `${end} ${sha256}`])),
      overlaps: findOverlaps(objects).length,
    };
  }

  /** Keys of objects whose body is not what their metadata says. */
  async findHalfObjects(): Promise<string[]> {
    const keys = await this.store.listKeys(`topics/${this.topic}/`);
    const isWhole = async (key: string) => {
      const [body, metadata] = [await this.store.readObject(key), await this.store.readMetadata(key)];
      return body !== undefined && hash('sha256', body) === metadata?.['sha256'];
    };
    const whole = await Promise.all(keys.map(isWhole));
    return keys.filter((_, i) => whole[i] !== true);
  }

  /** As if nothing had landed yet. */
  async removeObjects(): Promise<void> {
    const { store, topic, plan } = this;
    const keys = await Promise.all([store.listKeys(`topics/${topic}/`), store.listKeys(listedTopicPrefix(topic))]);
    await store.deleteObjects([...keys.flat(), landingManifestKey(plan.workflowId)]);
  }

  async close(): Promise<void> {
    await this.kafka.close();
    this.store.close();
  }

  async #retry<T>(work: () => Promise<T>): Promise<T> {
    for (const deadline = Date.now() + 120_000; ;) {
      try {
        return await runInActivity(work);
      } catch (error) {
        const isWorthAnother = error instanceof PinflowError && error.retryable && Date.now() < deadline;
        if (!isWorthAnother) throw error;
        this.failures.push(error);
        await sleep(100);
      }
    }
  }
}
