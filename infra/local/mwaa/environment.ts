import { invalid } from './service-error.ts';

export interface EnvironmentOptions {
  readonly name: string;
  readonly airflowVersion: string;
  readonly bucket: string;
  /** How long an update takes; 10 to 30 minutes on AWS. */
  readonly updateMs: number;
  /** What stands against the requirements file, undefined for nothing. */
  readonly checkRequirements: (key: string) => Promise<string | undefined>;
  readonly now: () => number;
}

interface Requirements {
  readonly key: string;
  readonly version: string;
}

interface LastUpdate {
  readonly status: 'PENDING' | 'SUCCESS' | 'FAILED';
  readonly createdAt: number;
  readonly error?: string;
}

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';

/** The one environment of the double: what it runs with, and whether that is being changed. */
export class LocalEnvironment {
  readonly #options: EnvironmentOptions;
  #requirements: Requirements | undefined;
  #status: 'AVAILABLE' | 'UPDATING' | 'UPDATE_FAILED' = 'AVAILABLE';
  #lastUpdate: LastUpdate | undefined;
  #update: Promise<void> = Promise.resolve();

  constructor(options: EnvironmentOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get arn(): string {
    return `arn:aws:airflow:${REGION}:${ACCOUNT}:environment/${this.name}`;
  }

  roleArn(role: string): string {
    return `arn:aws:airflow:${REGION}:${ACCOUNT}:role/${this.name}/${role}`;
  }

  /** The answer to GetEnvironment; times are in seconds there. */
  describe(): object {
    const { airflowVersion, bucket } = this.#options;
    const update = this.#lastUpdate;
    return {
      Name: this.name,
      Arn: this.arn,
      Status: this.#status,
      AirflowVersion: airflowVersion,
      EnvironmentClass: 'mw1.small',
      SourceBucketArn: `arn:aws:s3:::${bucket}`,
      DagS3Path: 'dags',
      RequirementsS3Path: this.#requirements?.key,
      RequirementsS3ObjectVersion: this.#requirements?.version,
      LastUpdate: update && {
        Status: update.status,
        CreatedAt: update.createdAt / 1_000,
        Error:
          update.error === undefined ? undefined : { ErrorCode: 'INCORRECT_CONFIGURATION', ErrorMessage: update.error },
      },
    };
  }

  /** @throws ServiceError while another update runs, and for what this double cannot change */
  update(changes: Readonly<Record<string, unknown>>): void {
    if (this.#status === 'UPDATING') {
      throw invalid(`Environment ${this.name} is in UPDATING status and can not be updated until it is AVAILABLE`);
    }
    const { RequirementsS3Path: key, RequirementsS3ObjectVersion: version, ...others } = changes;
    if (Object.keys(others).length > 0) throw invalid(`this double does not change ${Object.keys(others).join(', ')}`);
    if (typeof key !== 'string' || typeof version !== 'string') {
      throw invalid('RequirementsS3Path and RequirementsS3ObjectVersion are expected together');
    }
    this.#status = 'UPDATING';
    this.#lastUpdate = { status: 'PENDING', createdAt: this.#options.now() };
    this.#update = this.#change({ key, version }, this.#lastUpdate);
  }

  /** Resolves when no update runs. */
  async settle(): Promise<void> {
    await this.#update;
  }

  /** What fails leaves the environment as it was, and in use. */
  async #change(requirements: Requirements, { createdAt }: LastUpdate): Promise<void> {
    const { checkRequirements, updateMs } = this.#options;
    const [error] = await Promise.all([
      checkRequirements(requirements.key).catch(String),
      new Promise((done) => setTimeout(done, updateMs)),
    ]);
    if (error === undefined) this.#requirements = requirements;
    this.#status = error === undefined ? 'AVAILABLE' : 'UPDATE_FAILED';
    this.#lastUpdate = error === undefined ? { status: 'SUCCESS', createdAt } : { status: 'FAILED', createdAt, error };
  }
}
