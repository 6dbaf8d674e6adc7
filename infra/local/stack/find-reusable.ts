import { PORT_NAMES, PORTS, type PortName, type StackPorts } from './ports.ts';
import type { EngineName, StackFacts } from './engine.ts';
import { probeEngine } from './engines.ts';
import { isRunning } from './process-identity.ts';
import type { Secrets } from './secrets.ts';
import { readRecord, type StackRecord } from './stack-record.ts';

interface Wanted {
  readonly stateDirectory: string;
  readonly engines: readonly EngineName[];
  readonly asked: Readonly<Partial<Record<PortName, number>>>;
  readonly secrets: Secrets;
}

/** The stack that a command left up, when all that is wanted runs in it, answers, and is on the ports asked for. */
export async function findReusable({
  stateDirectory,
  engines,
  asked,
  secrets,
}: Wanted): Promise<StackFacts | undefined> {
  const record = readRecord(stateDirectory);
  if (record.owner !== null) return undefined;
  const ports = recordedPorts(record);
  const fits = PORT_NAMES.every((name) => asked[name] === undefined || asked[name] === ports[name]);
  const runs = engines.every((name) => record.engines.some((engine) => engine.name === name && isRunning(engine)));
  if (!fits || !runs) return undefined;
  const facts = { stateDirectory, ports, secrets };
  const answers = await Promise.allSettled(engines.map((name) => probeEngine(name, facts)));
  return answers.every(({ status }) => status === 'fulfilled') ? facts : undefined;
}

export function recordedPorts(record: StackRecord): StackPorts {
  const entries = PORT_NAMES.map((name) => [name, record.ports[name] ?? PORTS[name].usual ?? 0]);
  return Object.fromEntries(entries) as Record<PortName, number>;
}
