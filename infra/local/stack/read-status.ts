import { ENGINE_NAMES, probeEngine } from './engines.ts';
import { recordedPorts } from './find-reusable.ts';
import { isRunning } from './process-identity.ts';
import { readSecrets } from './secrets.ts';
import { type ProcessRecord, readRecord } from './stack-record.ts';

export interface ProcessStatus {
  readonly name: string;
  readonly state: 'up' | 'not answering' | 'down';
  /** Absent for a process that does not run. */
  readonly process?: ProcessRecord;
}

/** How every engine of the state folder, and what uses them, is right now; engines are asked. */
export async function readStatus({ stateDirectory }: { readonly stateDirectory: string }): Promise<ProcessStatus[]> {
  const record = readRecord(stateDirectory);
  const running = record.engines.filter(isRunning);
  if (running.length === 0) return ENGINE_NAMES.map((name) => ({ name, state: 'down' }));
  const facts = { stateDirectory, ports: recordedPorts(record), secrets: readSecrets(stateDirectory) };
  const engines = ENGINE_NAMES.map(async (name): Promise<ProcessStatus> => {
    const engine = running.find((candidate) => candidate.name === name);
    if (engine === undefined) return { name, state: 'down' };
    return probeEngine(name, facts).then(
      () => ({ name, state: 'up', process: engine }),
      () => ({ name, state: 'not answering', process: engine }),
    );
  });
  const attached = record.attached
    .filter(isRunning)
    .map((one): ProcessStatus => ({ name: one.name, state: 'up', process: one }));
  return [...(await Promise.all(engines)), ...attached];
}
