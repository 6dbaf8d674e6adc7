import { join } from 'node:path';
import { ApiError, doesNotExist, invalidParameter } from '../errors.ts';
import type { ApiCall, Handler, RouteGroup } from '../route.ts';
import { parseRunId, parseToken } from './check.ts';
import type { KnownThings } from './check-tasks.ts';
import { latestAttempts, latestIterations, type Run, type TaskRun } from './model.ts';
import { takeListPage, takePages } from './page-token.ts';
import { parseCancelAll, parseGetRun, parseRunsList } from './parse-lists.ts';
import { parseRepair } from './parse-repair.ts';
import { checkDeclared } from './parse-run-now.ts';
import { parseSubmit } from './parse-settings.ts';
import { readPrintedLines } from './printed-lines.ts';
import type { RunStore } from './run-store.ts';
import { describeRunHead, describeTaskAsRun, listRunArrays } from './run-view.ts';
import type { Scheduler } from './scheduler.ts';
import type { TaskStore } from './task-store.ts';
import { describeOutput, describeTask } from './task-view.ts';

export interface RunRouteOptions {
  readonly runs: RunStore;
  readonly tasks: TaskStore;
  readonly scheduler: Scheduler;
  readonly known: KnownThings;
  /** The server's own URL without a final slash, for links to runs. */
  readonly address: string;
  /** Folder that holds one folder per task run. */
  readonly outputs: string;
}

/** What one can do with runs, whether submitted or of a job. */
export function runRoutes(options: RunRouteOptions): RouteGroup {
  const { runs, scheduler, known } = options;
  return {
    versions: ['2.0', '2.1', '2.2'],
    routes: {
      'POST jobs/runs/submit': ({ parameters }) => {
        const token = parseToken(parameters);
        const runId = findRunOfToken(runs, token) ?? scheduler.submit(parseSubmit(parameters, known), token);
        return { run_id: runId };
      },
      'GET jobs/runs/get': (call) => describeFound(call, options),
      'GET jobs/runs/get-output': ({ parameters }) => describeOutputOf(parseRunId(parameters), options),
      'GET jobs/runs/list': (call) => listRuns(call, options),
      'POST jobs/runs/cancel': ({ parameters }) => {
        const { run, task } = findRun(parseRunId(parameters), options);
        scheduler.cancel(run, task);
        return {};
      },
      'POST jobs/runs/cancel-all': ({ parameters }) => {
        const { jobId, allQueued } = parseCancelAll(parameters);
        for (const run of runs.listRuns({ jobId, activeOnly: true }))
          if (!allQueued || run.begunTime === null) scheduler.cancel(run);
        return {};
      },
      'POST jobs/runs/delete': ({ parameters }) => {
        const run = requireRun(parseRunId(parameters), runs);
        if (run.outcome === null)
          throw new ApiError(400, 'INVALID_STATE', `Run ${run.runId} is still active. Cancel it before deleting it.`);
        runs.deleteRun(run.runId);
        return {};
      },
      'POST jobs/runs/repair': ({ parameters }) => {
        const request = parseRepair(parameters);
        const run = requireRun(request.runId, runs);
        checkDeclared(request.parameters, run.settings);
        return { repair_id: scheduler.repair(run, request) };
      },
    } satisfies Record<string, Handler>,
  };
}

/** The run that a token was given for. A token is taken for good: its run may have been deleted. */
export function findRunOfToken(runs: RunStore, token: string | undefined): number | undefined {
  const runId = token === undefined ? undefined : runs.findToken(token);
  if (runId !== undefined && runs.readRun(runId) === undefined)
    throw invalidParameter(`idempotency_token "${token}" belongs to run ${runId}, which was deleted.`);
  return runId;
}

interface FoundRun {
  readonly run: Run;
  /** Set when the id was that of a task run. */
  readonly task?: TaskRun;
}

/** The run with this id, or the run of the task run with this id. */
export function findRun(id: number, { runs, tasks }: Pick<RunRouteOptions, 'runs' | 'tasks'>): FoundRun {
  const run = runs.readRun(id);
  if (run !== undefined) return { run };
  const task = tasks.readTask(id);
  if (task === undefined) throw doesNotExist('Run', id);
  return { run: requireRun(task.parentId, runs), task };
}

function requireRun(id: number, runs: RunStore): Run {
  const run = runs.readRun(id);
  if (run === undefined) throw doesNotExist('Run', id);
  return run;
}

function describeFound({ parameters, version }: ApiCall, options: RunRouteOptions): object {
  const { runId, includeHistory, includeResolved, offset } = parseGetRun(parameters);
  const { run, task } = findRun(runId, options);
  const view = { address: options.address, includeHistory, includeResolved };
  if (task === undefined) {
    const arrays = listRunArrays(run, view);
    // Only 2.2 gives out long arrays in pages.
    return { ...describeRunHead(run, view), ...(version === '2.2' ? takePages(arrays, offset) : arrays) };
  }
  const iterations = latestIterations(options.tasks.listIterations(task.runId));
  return {
    ...describeTaskAsRun(run, task, view),
    ...(task.settings.for_each_task && {
      iterations: iterations.map((iteration) => describeTask(iteration, run.jobId, view)),
    }),
  };
}

function describeOutputOf(runId: number, options: RunRouteOptions): object {
  const { tasks, outputs } = options;
  const found = findRun(runId, options);
  const task = found.task ?? requireOnlyTask(found.run);
  // Notebooks give no logs, files of Python do.
  const printing = task.settings.spark_python_task ?? task.settings.python_wheel_task;
  const logs = printing && { logs: readPrintedLines(join(outputs, String(task.runId))) };
  const metadata = describeTaskAsRun(found.run, task, options);
  return describeOutput(metadata, task, { ...tasks.readOutput(task.runId), ...logs });
}

function requireOnlyTask(run: Run): TaskRun {
  const [task, ...more] = latestAttempts(run.tasks);
  if (task !== undefined && more.length === 0) return task;
  throw invalidParameter(
    'Retrieving the output of runs with multiple tasks is not supported. Retrieve the output of each individual task run instead.',
  );
}

function listRuns({ parameters }: ApiCall, { runs, address }: RunRouteOptions): object {
  const { expandTasks, ...filter } = parseRunsList(parameters);
  const found = runs.listRuns({ ...filter, limit: filter.limit + 1 });
  const { shown, pages } = takeListPage(found, filter.limit, ({ runId }) => runId);
  const described = shown.map((run) => ({
    ...describeRunHead(run, { address }),
    ...(expandTasks && { tasks: run.tasks.slice(0, 100).map((task) => describeTask(task, run.jobId, { address })) }),
  }));
  return { runs: described, ...pages };
}
