import { inheritedEnvironment } from '../../../config/load.ts';
import type { Toolchain } from '../setup/toolchain.ts';
import { choosePorts, readAskedPorts } from './choose-ports.ts';
import { claimStack, releaseStack } from './claim-stack.ts';
import type { EngineName, Report, StackFacts, Variables } from './engine.ts';
import { ENGINE_NAMES, withDependencies } from './engines.ts';
import { findReusable } from './find-reusable.ts';
import { isRunning } from './process-identity.ts';
import { readSecrets } from './secrets.ts';
import { startEngines } from './start-engines.ts';
import type { StartedProcess } from './start-process.ts';
import { readRecord, type StackRecord, updateRecord } from './stack-record.ts';
import { listStackVariables, writeStackVariables } from './stack-variables.ts';
import { stopAttached, stopEngines } from './stop-recorded.ts';
import { stopStack } from './stop-stack.ts';

export interface StartStackOptions {
  readonly toolchain: Toolchain;
  readonly checkout: string;
  readonly stateDirectory: string;
  readonly cacheDirectory: string;
  /** Default: all of them. */
  readonly engines?: readonly EngineName[];
  /** `free`: keep away from the usual ports and from those asked for; default `usual`. */
  readonly ports?: 'usual' | 'free';
  readonly environment?: Variables;
  readonly signal?: AbortSignal;
  readonly report: Report;
}

/** Engines that answer. Until `stop` or `leaveUp` they belong to this command, unless they were found running. */
export interface Stack extends StackFacts {
  /** Whether an earlier command had left them up; `stop` and `leaveUp` then change nothing. */
  readonly reused: boolean;
  /** Environment for a process that uses the stack. */
  readonly environment: Variables;
  /** What this command has started; empty when reused. */
  readonly processes: readonly StartedProcess[];
  /** Stops them without a word, because it may come after the last line of a command. */
  readonly stop: () => Promise<void>;
  readonly leaveUp: () => void;
}

/**
 * Brings the engines up, or takes over those that an earlier command left up. What a killed command left behind is
 * found by pid and start time and removed first. When anything fails, nothing is left running.
 * @throws PinflowError STACK_IN_USE, PORT_TAKEN, CONFIG_INVALID, ENGINE_NOT_READY
 */
export async function startStack(options: StartStackOptions): Promise<Stack> {
  const { stateDirectory, report, environment = inheritedEnvironment() } = options;
  const engines = withDependencies(options.engines ?? ENGINE_NAMES);
  const from = options.ports ?? 'usual';
  const asked = from === 'usual' ? readAskedPorts(environment) : {};
  const secrets = readSecrets(stateDirectory);

  await removeAbandoned(stateDirectory, report);
  const found = await findReusable({ stateDirectory, engines, asked, secrets });
  if (found !== undefined) {
    report(`the stack is up already: ${engines.join(', ')}`);
    const unchanged = { reused: true, processes: [], stop: () => Promise.resolve(), leaveUp: () => {} };
    return { ...found, ...unchanged, environment: stackEnvironment(found, options) };
  }

  const before = claimStack(stateDirectory);
  try {
    await removeLeftovers(before, options);
    const ports = await choosePorts({ engines, environment, previous: before.ports, from }, report);
    updateRecord(stateDirectory, (record) => ({ ...record, ports: { ...record.ports, ...ports } }));
    const facts = { stateDirectory, ports, secrets };
    const plan = { ...options, ...facts, environment: stackEnvironment(facts, options) };
    const processes = await startEngines(engines, plan, options);
    writeStackVariables(facts);
    return {
      ...plan,
      reused: false,
      processes,
      stop: () => stopStack({ stateDirectory }),
      leaveUp: () => releaseStack(stateDirectory),
    };
  } catch (error) {
    await stopEngines(stateDirectory, () => {});
    releaseStack(stateDirectory);
    throw error;
  }
}

async function removeAbandoned(stateDirectory: string, report: Report): Promise<void> {
  const { attached } = readRecord(stateDirectory);
  const abandoned = attached.filter((one) => !isRunning(one) || (one.owner !== null && !isRunning(one.owner)));
  await stopAttached(stateDirectory, abandoned, report);
}

async function removeLeftovers(before: StackRecord, { stateDirectory, report }: StartStackOptions): Promise<void> {
  const left = before.engines.filter(isRunning);
  if (left.length > 0) {
    const what = before.owner === null ? 'a stack that does not fit' : `what process ${before.owner.pid} left behind`;
    report(`removing ${what}: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
  }
  await stopAttached(stateDirectory, before.attached, report);
  await stopEngines(stateDirectory, report);
}

function stackEnvironment(facts: StackFacts, options: StartStackOptions): Variables {
  return {
    ...(options.environment ?? inheritedEnvironment()),
    PINFLOW_STATE: facts.stateDirectory,
    PINFLOW_CACHE: options.cacheDirectory,
    ...listStackVariables(facts),
  };
}
