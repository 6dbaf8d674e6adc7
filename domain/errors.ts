import { LOCAL_ERRORS } from './local-errors.ts';

/** One row of the error table: whether Temporal may try again, what it means, what a person does about it. */
export interface ErrorRow {
  readonly retryable: boolean;
  readonly summary: string;
  readonly remedy: string;
}

/** Every error Pinflow reports. `docs/errors.md` is tested against this table. */
export const ERRORS = {
  CONFIG_INVALID: {
    retryable: false,
    summary: 'an environment variable has a value that cannot be used',
    remedy: 'correct the variables named in the message; docs/configuration.md lists them all',
  },
  INPUT_INVALID: {
    retryable: false,
    summary: 'an argument of a run or a command cannot be used',
    remedy: 'correct the fields named in the message and start again',
  },
  ...LOCAL_ERRORS,
  SOURCE_MISSING: {
    retryable: false,
    summary: 'the source of the rows does not exist or lacks a file',
    remedy: 'give a folder that holds pin.jsonl, geo.jsonl and user.jsonl, or another --source',
  },
  SOURCE_MALFORMED: {
    retryable: false,
    summary: 'the source holds a row that is not a JSON object',
    remedy: 'correct the line named in the message; nothing of this run was sent',
  },
  SOURCE_MISMATCH: {
    retryable: false,
    summary: 'the pipeline holds data of another source',
    remedy: 'name another pipeline with --pipeline, or empty this one with --reset',
  },
  SOURCE_UNAVAILABLE: {
    retryable: true,
    summary: 'the source of the rows did not answer',
    remedy: 'check that the database is up and that the PINFLOW_MYSQL_* variables fit',
  },
  GATEWAY_UNAVAILABLE: {
    retryable: true,
    summary: 'the gateway did not answer or could not reach Kafka or Kinesis',
    remedy: 'check the gateway and what is behind it, for Kafka also the disk of its log; it is sent again by itself',
  },
  GATEWAY_REFUSED: {
    retryable: false,
    summary: 'the gateway refused a request or a record for good',
    remedy: 'read the code and the message of the gateway; the records named were not accepted',
  },
  KAFKA_UNAVAILABLE: {
    retryable: true,
    summary: 'the Kafka brokers did not answer',
    remedy: 'check the brokers and the disks of their logs; the step is tried again by itself',
  },
  KINESIS_UNAVAILABLE: {
    retryable: true,
    summary: 'Kinesis did not answer or asked to come back later',
    remedy: 'check the endpoint and the limits of the account; the step is tried again by itself',
  },
  KINESIS_REFUSED: {
    retryable: false,
    summary: 'Kinesis refused a request for good',
    remedy: 'read what it says in the message; check the PINFLOW_KINESIS_* variables and what their credentials may do',
  },
  RECORDS_STRANDED: {
    retryable: true,
    summary: 'a stream did not acknowledge all records in the time they had',
    remedy: 'give the stream more shards or lower the rate; the records named are sent again by themselves',
  },
  OFFSETS_LOST: {
    retryable: false,
    summary: 'Kafka no longer holds offsets that were planned or acknowledged',
    remedy: 'raise the retention of the topic; the records named are gone from Kafka and must be sent again',
  },
  STORE_UNAVAILABLE: {
    retryable: true,
    summary: 'the object store did not answer',
    remedy: 'check the S3 endpoint and the disk behind it; the step is tried again by itself',
  },
  STORE_REFUSED: {
    retryable: false,
    summary: 'the object store refused a request for good',
    remedy: 'check the bucket name and the credentials',
  },
  OBJECT_CONFLICT: {
    retryable: false,
    summary: 'an object that may only be written once exists with other content',
    remedy: 'find out what else writes below this prefix; compare the two hashes named in the message',
  },
  SINK_STALLED: {
    retryable: false,
    summary: 'the Kafka Connect sink did not land, in time, what a run waits for',
    remedy:
      'look at the state and the log of the connector and at its settings (docs/configuration.md), then start the date again',
  },
  COVERAGE_INCOMPLETE: {
    retryable: false,
    summary: 'an acknowledged offset is not covered by exactly one landed object',
    remedy: 'look at the ranges named in the message; an object was removed or written by something else',
  },
  DATABRICKS_UNAVAILABLE: {
    retryable: true,
    summary: 'the Databricks API did not answer or asked to come back later',
    remedy: 'check the workspace; the call is tried again by itself and never starts a second run',
  },
  DATABRICKS_REFUSED: {
    retryable: false,
    summary: 'the Databricks API refused a request for good',
    remedy: 'read the code and the message of the API; check host, cluster and notebook path',
  },
  DATABRICKS_DENIED: {
    retryable: false,
    summary: 'the Databricks API does not accept the token, or the token may not do this',
    remedy: 'give the workers a valid DATABRICKS_TOKEN with rights on jobs, then start the date again',
  },
  RUN_GONE: {
    retryable: false,
    summary: 'a Databricks run was deleted before its result was read',
    remedy: 'start the date again: it begins a new Databricks run',
  },
  RUN_UNFINISHED: {
    retryable: true,
    summary: 'a run that is waited for has not ended yet',
    remedy: 'nothing to do: this is how a run is waited for',
  },
  RUN_FAILED: {
    retryable: false,
    summary: 'the Databricks run ended without success',
    remedy: 'open the run page named in the message, correct the cause, then repair the date or start it again',
  },
  RUN_LOST: {
    retryable: false,
    summary: 'a run was lost by Databricks, by no fault of its notebooks',
    remedy:
      'the job was submitted again and lost each time: check the cluster and its limits, then start the date again',
  },
  STREAM_DIFFERS: {
    retryable: false,
    summary: 'a stream with other arguments runs for the pipeline',
    remedy:
      'give no arguments to attach to it, change its rate with npx pinflow stream rate, or end it with npx pinflow stream stop',
  },
  STREAM_FAILED: {
    retryable: false,
    summary: 'the Databricks runs of a stream ended one after the other before all kinds were read',
    remedy:
      'look at the reason: what is lost at the source, or refused by the cluster, another run meets again; then start the stream again, which goes on from its checkpoint',
  },
  RUN_OUTDATED: {
    retryable: false,
    summary: 'a Databricks run cleaned other records than the date has landed',
    remedy: 'the job was submitted again and did so each time: compare its notebooks with those of this version',
  },
  RUN_NOT_CANCELLED: {
    retryable: true,
    summary: 'a Databricks run that had to stop is still alive',
    remedy: 'cancel the run named in the message by hand if this does not end',
  },
  REPAIR_REFUSED: {
    retryable: false,
    summary: 'a run cannot be repaired as things are',
    remedy: 'read the reason in the message; starting the date again begins a new Databricks run instead',
  },
  MWAA_UNAVAILABLE: {
    retryable: true,
    summary: 'MWAA or the Airflow in it did not answer',
    remedy: 'check the environment and the way to its web server; the call is tried again by itself',
  },
  MWAA_REFUSED: {
    retryable: false,
    summary: 'MWAA or the Airflow in it refused a request for good',
    remedy: 'read what it says in the message; check the PINFLOW_MWAA_* variables of the workers',
  },
  MWAA_DENIED: {
    retryable: false,
    summary: 'the workers may not do this on MWAA, or in the Airflow there',
    remedy: 'give their AWS role the policy of activities/mwaa/README.md, with the Airflow role User or Op',
  },
  MWAA_UPDATE_FAILED: {
    retryable: false,
    summary: 'the MWAA environment did not take new requirements and runs with the old ones',
    remedy: 'correct the requirements named in the message and publish again; the DAG file was not touched',
  },
  DAG_IMPORT_FAILED: {
    retryable: false,
    summary: 'Airflow could not import a published DAG file',
    remedy: 'correct the file at the line named in the message and publish again',
  },
  DAG_UNKNOWN: {
    retryable: false,
    summary: 'Airflow does not know the DAG of the pipeline',
    remedy: 'publish it first, with npx pinflow mwaa publish',
  },
  DAG_RUN_CONFLICT: {
    retryable: false,
    summary: 'Airflow has a run of the date that does not stand for it',
    remedy: 'look at the DAG run named in the message; delete it in Airflow, then trigger the date again',
  },
  TEMPORAL_UNAVAILABLE: {
    retryable: true,
    summary: 'the Temporal server did not answer, or could not do what it was asked',
    remedy:
      'start the local stack with npm run local:up, or check the Temporal server and the disk of its database; runs that ' +
      'have begun go on by themselves',
  },
  WORKER_UNAVAILABLE: {
    retryable: true,
    summary: 'no worker answers for a workflow',
    remedy:
      'start a worker with npm run worker, then ask again; what has begun goes on with the first worker that is there',
  },
  RUN_UNKNOWN: {
    retryable: false,
    summary: 'no run of this pipeline and date is known',
    remedy: "check the date and --pipeline, or start the run; finished runs are kept for the namespace's retention",
  },
  SCHEDULE_UNKNOWN: {
    retryable: false,
    summary: 'the pipeline has no schedule',
    remedy: 'check --pipeline, or create the schedule with npx pinflow schedule create',
  },
  SCHEDULE_DIFFERS: {
    retryable: false,
    summary: 'the pipeline has another schedule than the one to be created',
    remedy:
      'keep the one there is, or delete it with npx pinflow schedule delete and create the other; dates that run go on',
  },
  BACKFILL_DIFFERS: {
    retryable: false,
    summary: 'a backfill with other arguments runs over the same range',
    remedy:
      'give the arguments it has to attach, or change it with npx pinflow backfill resize, or end it with npx pinflow backfill cancel',
  },
  RESET_REFUSED: {
    retryable: false,
    summary: 'a pipeline cannot be emptied as things are',
    remedy:
      'only pipelines of the local stack without an active run can be emptied; cancel the run named in the message first',
  },
  OUTPUT_INVALID: {
    retryable: false,
    summary: 'a notebook ended with a value of another shape than agreed',
    remedy: 'deploy the notebooks and the worker from the same commit',
  },
  LEDGER_UNBALANCED: {
    retryable: false,
    summary: 'the counts of a run do not agree from intent to table',
    remedy: 'compare the numbers named in the message; the manifests of the run list every record',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** An error of the table. The message says what failed, on which thing, with which value; the row adds the remedy. */
export class PinflowError extends Error {
  override readonly name = 'PinflowError';
  readonly code: ErrorCode;
  /** How long the other side asked to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { readonly retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }

  get remedy(): string {
    return ERRORS[this.code].remedy;
  }

  /** As a command prints it. */
  get report(): string {
    return `${this.code}: ${this.message}\n${this.remedy}`;
  }
}
