import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { STACK_VARIABLES_FILE } from '../../../config/load.ts';
import { PinflowError } from '../../../domain/errors.ts';
import type { StackFacts } from './engine.ts';
import { writeAtomically } from './write-atomically.ts';

/** Name of the one bucket; a folder below `s3/` of the state. */
export const BUCKET = 'pinflow';
/** Bucket of the DAGs, and name and port of the environment: fixed, for the stack knows them before Airflow runs. */
export const MWAA_BUCKET = 'pinflow-mwaa';
export const MWAA_ENVIRONMENT = 'pinflow-local';
export const MWAA_PORT = 8660;
/** Where everything of AWS is taken to be. */
export const AWS_REGION = 'us-east-1';
/** Workspace folder under which the Databricks double serves the notebooks. */
const NOTEBOOKS = '/Shared/pinflow';

/**
 * Every variable of `config/schema.ts` that follows from what the engines of this stack are. What the user has exported
 * for other systems, a Databricks workspace or a Temporal namespace, must not reach into a local run.
 */
export function listStackVariables({ stateDirectory, ports, secrets }: StackFacts): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    TEMPORAL_NAMESPACE: 'default',
    PINFLOW_TEMPORAL_UI: `http://127.0.0.1:${ports.temporalUi}`,
    PINFLOW_GATEWAY_URL: `http://127.0.0.1:${ports.gateway}`,
    PINFLOW_GATEWAY_HOST: '127.0.0.1',
    PINFLOW_GATEWAY_PORT: String(ports.gateway),
    PINFLOW_GATEWAY_METRICS_HOST: '127.0.0.1',
    PINFLOW_GATEWAY_METRICS_PORT: String(ports.gatewayMetrics),
    PINFLOW_KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`,
    PINFLOW_KAFKA_REPLICATION: '1',
    PINFLOW_KINESIS_ENDPOINT: `http://127.0.0.1:${ports.kinesis}`,
    PINFLOW_KINESIS_REGION: AWS_REGION,
    PINFLOW_KINESIS_ACCESS_KEY_ID: secrets.s3AccessKeyId,
    PINFLOW_KINESIS_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
    PINFLOW_S3_BUCKET: BUCKET,
    PINFLOW_S3_ENDPOINT: `http://127.0.0.1:${ports.s3}`,
    PINFLOW_S3_REGION: AWS_REGION,
    PINFLOW_S3_ACCESS_KEY_ID: secrets.s3AccessKeyId,
    PINFLOW_S3_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
    PINFLOW_LANDING_ROOT: toFileUri(join(stateDirectory, 's3', BUCKET)),
    PINFLOW_TABLES_ROOT: toFileUri(join(stateDirectory, 'lake')),
    DATABRICKS_HOST: `http://127.0.0.1:${ports.databricks}`,
    DATABRICKS_TOKEN: secrets.databricksToken,
    PINFLOW_DATABRICKS_NOTEBOOKS: NOTEBOOKS,
    PINFLOW_DATABRICKS_CLUSTER: 'local',
    PINFLOW_MWAA_ENVIRONMENT: MWAA_ENVIRONMENT,
    PINFLOW_MWAA_ENDPOINT: `http://127.0.0.1:${MWAA_PORT}`,
    PINFLOW_MWAA_REGION: AWS_REGION,
    PINFLOW_MWAA_ACCESS_KEY_ID: secrets.s3AccessKeyId,
    PINFLOW_MWAA_SECRET_ACCESS_KEY: secrets.s3SecretAccessKey,
  };
}

/** Leaves the variables where `config/load.ts` finds them. */
export function writeStackVariables(facts: StackFacts): void {
  const lines = Object.entries(listStackVariables(facts)).map(([name, value]) => `${name}='${value}'\n`);
  writeAtomically(join(facts.stateDirectory, STACK_VARIABLES_FILE), lines.join(''));
}

export function removeStackVariables(stateDirectory: string): void {
  rmSync(join(stateDirectory, STACK_VARIABLES_FILE), { force: true });
}

/**
 * Spark takes a file URI's path as it stands, escapes included, so a path that would need them cannot be handed over.
 * @throws PinflowError CONFIG_INVALID
 */
function toFileUri(path: string): string {
  if (pathToFileURL(path).pathname !== path || path.includes("'")) {
    throw new PinflowError(
      'CONFIG_INVALID',
      `PINFLOW_STATE: Spark cannot read below "${path}", choose a folder whose path has no spaces or special characters`,
    );
  }
  return `file://${path}`;
}
