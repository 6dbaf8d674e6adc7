import { loadavg } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openStack } from './open-stack.ts';
import { type AirflowSide, startAirflowSide } from './orchestration/airflow-side.ts';
import { readCpuSeconds } from './orchestration/read-cpu-seconds.ts';
import { renderRounds, renderSummary, type Round, type Series } from './orchestration/render-rounds.ts';
import { startTemporalSide, type TemporalSide } from './orchestration/temporal-side.ts';

/**
 * What an orchestrator costs: three steps that do nothing, as a DAG of a real Airflow 3.3 and as a workflow on our
 * workers, in turns, on a Temporal server and an Airflow of the bench's own. Then workflows alone, one after the other.
 *
 * node bench/orchestration-overhead.ts [rounds=10] [alone=30] [idle=1]
 *
 * `idle` is Airflow's scheduler.scheduler_idle_sleep_time in seconds; 1 is its default and bounds it.
 */

const rounds = Number(process.argv[2] ?? 10);
const alone = Number(process.argv[3] ?? 30);
const idleSeconds = Number(process.argv[4] ?? 1);
const stack = await openStack({ engines: ['temporal'], withAirflow: ['3.3'] });
const { config, toolchain, folder, signal } = stack;
const endings = [() => stack.close()];

async function time<T>(run: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = performance.now();
  const result = await run();
  return { ms: performance.now() - began, result };
}

async function runRound(id: string, airflow: AirflowSide, temporal: TemporalSide): Promise<Round> {
  const cpuBefore = airflow.readCpuSeconds();
  const ofAirflow = await time(() => airflow.runOnce(id));
  const airflowCpuSeconds = airflow.readCpuSeconds() - cpuBefore;
  const airflowTasks = await ofAirflow.result();
  const ofTemporal = await time(() => temporal.runOnce(id));
  signal.throwIfAborted();
  return { airflowMs: ofAirflow.ms, airflowTasks, airflowCpuSeconds, temporalMs: ofTemporal.ms };
}

/** CPU time is that of the server and of this process, which is worker and caller. */
async function runAlone(temporal: TemporalSide, server: readonly number[]): Promise<Series> {
  const pids = [...server, process.pid];
  const cpuBefore = readCpuSeconds(pids);
  const runs: number[] = [];
  for (let index = 0; index < alone; index++) {
    runs.push((await time(() => temporal.runOnce(`alone-${index}`))).ms);
    signal.throwIfAborted();
  }
  return { runs, cpuSeconds: readCpuSeconds(pids) - cpuBefore };
}

try {
  const temporal = await startTemporalSide(config.temporal);
  endings.unshift(() => temporal.stop());
  const airflow = await startAirflowSide({
    ...{ python: String(toolchain.airflow['3.3']), home: join(folder, 'airflow'), idleSeconds, signal },
  });
  endings.unshift(() => airflow.stop());

  await runRound('warm-up', airflow, temporal);
  const measured: Round[] = [];
  for (let index = 0; index < rounds; index++) {
    const round = await runRound(`round-${index}`, airflow, temporal);
    measured.push(round);
    const [load = 0] = loadavg();
    console.log(
      `round ${index + 1}: Airflow ${round.airflowMs.toFixed(0)} ms, Temporal ${round.temporalMs.toFixed(0)} ms, load ${load.toFixed(1)}`,
    );
  }
  // Nothing of Airflow may disturb these.
  await airflow.stop();
  const series = await runAlone(
    temporal,
    stack.processes.map(({ record }) => record.pid),
  );
  for (const row of renderRounds(measured, series)) console.log(row);
  console.log(renderSummary(measured, series));
} finally {
  for (const end of endings) await end();
}
