import type { Engine, EngineName, Report, StackPlan } from './engine.ts';
import { createEngine } from './engines.ts';
import { awaitReady } from './readiness.ts';
import { type StartedProcess, startProcess } from './start-process.ts';
import { updateRecord } from './stack-record.ts';

interface StartOptions {
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/**
 * Starts the engines, each as soon as those it depends on are ready. The first one that fails ends the waiting for the
 * others; what runs by then is in the record.
 * @throws the error of that engine, or the reason of the signal
 */
export async function startEngines(
  names: readonly EngineName[],
  plan: StackPlan,
  { report, signal }: StartOptions,
): Promise<StartedProcess[]> {
  const failed = new AbortController();
  const given = signal === undefined ? failed.signal : AbortSignal.any([failed.signal, signal]);
  const ready = new Map<EngineName, Promise<StartedProcess>>();
  for (const name of names) {
    const engine = createEngine(name, plan, report);
    const needs = engine.dependsOn.flatMap((need) => ready.get(need) ?? []);
    const started = Promise.all(needs).then(() => startEngine({ engine, name, plan, signal: given }));
    const reported = started.then(({ process, seconds }) => {
      report(`${name}: ready after ${seconds.toFixed(1)} s, ${engine.address}`);
      return process;
    });
    reported.catch((error: unknown) => failed.abort(error));
    ready.set(name, reported);
  }
  const outcomes = await Promise.allSettled(ready.values());
  given.throwIfAborted();
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

interface EngineStart {
  readonly engine: Engine;
  readonly name: EngineName;
  readonly plan: StackPlan;
  readonly signal: AbortSignal;
}

async function startEngine({ engine, name, plan, signal }: EngineStart) {
  const { stateDirectory } = plan;
  const began = Date.now();
  signal.throwIfAborted();
  await engine.prepare?.(signal);
  signal.throwIfAborted();
  const process = startProcess(engine, stateDirectory);
  updateRecord(stateDirectory, (record) => ({ ...record, engines: [...record.engines, { ...process.record, name }] }));
  await awaitReady(engine, process, { signal });
  await engine.settle?.(signal);
  return { process, seconds: (Date.now() - began) / 1000 };
}
