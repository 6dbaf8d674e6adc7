import type { EngineName, Report } from './engine.ts';
import { detachProcess } from './attach-process.ts';
import { type AttachedRecord, type ProcessRecord, readRecord, updateRecord } from './stack-record.ts';
import { removeStackVariables } from './stack-variables.ts';
import { type StopOutcome, stopProcess } from './stop-process.ts';

/** Those that use others end first; Temporal, which everything reports to, ends last. */
const STOP_ORDER: readonly (readonly EngineName[])[] = [
  ['gateway'],
  ['databricks', 'kafka', 'kinesis', 's3'],
  ['temporal'],
];

/**
 * Kafka hands its state over in 0.5 s, and the first one of a machine writes its class archive for 5 s. A worker waits up
 * to 30 s for its activities; a person at the terminal does not, and a run survives the death of its worker anyway.
 */
const GRACE_MS = {
  temporal: 5_000,
  s3: 5_000,
  kafka: 30_000,
  kinesis: 5_000,
  databricks: 8_000,
  gateway: 8_000,
  worker: 4_000,
  client: 2_000,
};

/** Stops processes that use the engines and strikes them off. The caller decides whose they are. */
export async function stopAttached(
  stateDirectory: string,
  attached: readonly AttachedRecord[],
  report: Report,
): Promise<void> {
  await Promise.all(
    attached.map(async (one) => {
      const outcome = await stopProcess(one, { stateDirectory, graceMs: GRACE_MS[one.name] });
      describeOutcome(one.name, one, outcome).forEach((line) => report(line));
      detachProcess(stateDirectory, one);
    }),
  );
}

/** Stops every engine that the record names, strikes it off, and takes back the file that says where they are. */
export async function stopEngines(stateDirectory: string, report: Report): Promise<void> {
  removeStackVariables(stateDirectory);
  for (const phase of STOP_ORDER) {
    const engines = readRecord(stateDirectory).engines.filter(({ name }) => phase.includes(name));
    await Promise.all(
      engines.map(async (engine) => {
        const outcome = await stopProcess(engine, { stateDirectory, graceMs: GRACE_MS[engine.name] });
        describeOutcome(engine.name, engine, outcome).forEach((line) => report(line));
      }),
    );
    updateRecord(stateDirectory, (record) => ({
      ...record,
      engines: record.engines.filter(({ name }) => !phase.includes(name)),
    }));
  }
}

function describeOutcome(name: keyof typeof GRACE_MS, { pid, log }: ProcessRecord, outcome: StopOutcome): string[] {
  if (outcome === 'absent') return [];
  if (outcome === 'stopped') return [`${name}: stopped (process ${pid})`];
  return [`${name}: killed (process ${pid}), it had not ended after ${GRACE_MS[name] / 1000} s; its log is "${log}"`];
}
