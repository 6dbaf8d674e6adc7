import { PinflowError } from '../../domain/errors.ts';
import {
  type MirrorInput,
  type MirrorResult,
  type MwaaStatus,
  type PublishInput,
  type TriggerInput,
  type TriggerResult,
} from '../../domain/mwaa.ts';
import { dagId } from '../../domain/names.ts';
import { withProgress } from '../heartbeat.ts';
import type { Workflows } from '../ports.ts';
import type { Mwaa, RequirementsRef, VersionedStore } from './port.ts';
import { awaitDag, type UploadedDag, uploadDag } from './publish-dag-file.ts';
import { readMirror } from './read-mirror.ts';
import { startDate } from './start-date.ts';
import { awaitEnvironment, requestUpdate, uploadRequirements } from './use-requirements.ts';

export interface MwaaDependencies {
  /** Undefined where no environment is configured. */
  readonly mwaa: Mwaa | undefined;
  readonly openBucket: (bucket: string) => VersionedStore;
  readonly workflows: Workflows;
}

export function createMwaaActivities({ mwaa: configured, openBucket, workflows }: MwaaDependencies) {
  const useMwaa = (): Mwaa => {
    if (configured !== undefined) return configured;
    throw new PinflowError(
      'CONFIG_INVALID',
      'PINFLOW_MWAA_ENVIRONMENT: the workers need the name of an environment, got nothing',
    );
  };
  return {
    async readMwaa(pipeline: string): Promise<MwaaStatus> {
      return describeMwaa(pipeline, useMwaa());
    },

    async uploadRequirements(text: string): Promise<RequirementsRef> {
      return uploadRequirements(text, { mwaa: useMwaa(), openBucket });
    },

    async requestUpdate(wanted: RequirementsRef): Promise<'requested' | 'unchanged'> {
      return requestUpdate(wanted, useMwaa());
    },

    async awaitEnvironment(wanted?: RequirementsRef): Promise<void> {
      await withProgress('wait for the environment', (_, signal) =>
        awaitEnvironment(wanted, { mwaa: useMwaa(), signal }),
      );
    },

    async uploadDag(input: Pick<PublishInput, 'pipeline' | 'dag'>): Promise<UploadedDag> {
      return uploadDag(input, { mwaa: useMwaa(), openBucket });
    },

    async awaitDag(uploaded: UploadedDag): Promise<void> {
      await withProgress('wait for Airflow', (_, signal) => awaitDag(uploaded, { mwaa: useMwaa(), signal }));
    },

    async triggerDag(input: TriggerInput): Promise<TriggerResult> {
      return startDate(input, useMwaa());
    },

    async readMirror(input: MirrorInput): Promise<MirrorResult> {
      return readMirror(input, { mwaa: useMwaa(), workflows });
    },
  };
}

async function describeMwaa(pipeline: string, mwaa: Mwaa): Promise<MwaaStatus> {
  const { name, status, airflowVersion, bucket, requirements, updateError } = await mwaa.readEnvironment();
  const dag = await mwaa.readDag(dagId(pipeline));
  const error = await mwaa.readImportError(`${dagId(pipeline)}.py`);
  return {
    ...{ environment: name, status, airflowVersion, bucket, requirements: requirements?.version, updateError },
    dag: dag === undefined ? 'unknown' : dag.isPaused ? 'paused' : 'active',
    importError: error?.message,
  };
}
