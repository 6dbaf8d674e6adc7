import fc from 'fast-check';
import { RUN_IF, type RunIf } from '../../../../../infra/local/databricks/jobs/settings.ts';
import {
  ACTIVE_PHASES,
  decideActivePhase,
  decideRun,
  decideTask,
  describePhase,
  isActive,
  type Outcome,
  type Phase,
  type TaskView,
} from '../../../../../infra/local/databricks/jobs/states.ts';

const OUTCOMES: Outcome[] = [
  'SUCCESS',
  'FAILED',
  'TIMEDOUT',
  'CANCELED',
  'UPSTREAM_FAILED',
  'UPSTREAM_CANCELED',
  'EXCLUDED',
];

function task(key: string, phase: Phase, dependsOn: string[] = [], message = 'it broke'): TaskView {
  return { key, phase, dependsOn, message };
}

const ENDED = ['SUCCESS', 'FAILED', 'CANCELED', 'EXCLUDED'] as const;

function decide(runIf: RunIf, phases: readonly Phase[]) {
  return decideTask(
    runIf,
    phases.map((phase) => ({ phase, conditionOutcome: null, requiredOutcome: undefined })),
  );
}

// Columns: every pair of ends of two dependencies. S started, F upstream failed, C upstream cancelled, E excluded.
const PAIRS = ENDED.flatMap((first, index) => ENDED.slice(index).map((second) => [first, second] as const));
const LETTERS = { start: 'S', UPSTREAM_FAILED: 'F', UPSTREAM_CANCELED: 'C', EXCLUDED: 'E' } as Record<string, string>;

test('the pairs of the matrix are in the order of its columns', () => {
  expect(PAIRS.map((pair) => pair.map((phase) => phase[0]).join(''))).toEqual([
    'SS',
    'SF',
    'SC',
    'SE',
    'FF',
    'FC',
    'FE',
    'CC',
    'CE',
    'EE',
  ]);
});

test.each<[RunIf, string]>([
  ['ALL_SUCCESS', 'SFCSFFFCCE'],
  ['NONE_FAILED', 'SFCSFFFCCE'],
  ['AT_LEAST_ONE_SUCCESS', 'SSSSFFSCSE'],
  ['ALL_DONE', 'SSSSSSSSSE'],
  ['AT_LEAST_ONE_FAILED', 'ESSESSSSSE'],
  ['ALL_FAILED', 'EEEESSESEE'],
])('run_if %s decides %s over all pairs of ends', (runIf, expected) => {
  expect(PAIRS.map((pair) => LETTERS[decide(runIf, pair)] ?? '?').join('')).toBe(expected);
});

test.each(RUN_IF)('a task with run_if %s starts without dependencies and waits for active ones', (runIf) => {
  expect(decide(runIf, [])).toBe('start');
  for (const active of ACTIVE_PHASES) expect(decide(runIf, ['SUCCESS', active])).toBe('wait');
});

test.each<[Phase, string]>([
  ['TIMEDOUT', 'UPSTREAM_FAILED'],
  ['CLUSTER_LOST', 'UPSTREAM_FAILED'],
  ['UPSTREAM_FAILED', 'UPSTREAM_FAILED'],
  ['UPSTREAM_CANCELED', 'UPSTREAM_CANCELED'],
  ['SUCCESS_WITH_FAILURES', 'start'],
])('a task behind %s: %s', (phase, expected) => {
  expect(decide('ALL_SUCCESS', [phase])).toBe(expected);
});

test('a task that a run leaves out counts as if it did not exist', () => {
  expect(decide('ALL_SUCCESS', ['DISABLED'])).toBe('start');
  expect(decide('ALL_SUCCESS', ['DISABLED', 'FAILED'])).toBe('UPSTREAM_FAILED');
});

test('a task behind a condition runs on its branch and is excluded on the other', () => {
  const behind = (requiredOutcome: string) =>
    decideTask('ALL_SUCCESS', [{ phase: 'SUCCESS', conditionOutcome: 'true', requiredOutcome }]);
  expect(behind('true')).toBe('start');
  expect(behind('false')).toBe('EXCLUDED');
});

test('a run is pending until a task runs, and terminating as soon as it is stopped', () => {
  expect(decideActivePhase(['PENDING', 'BLOCKED'], null)).toBe('PENDING');
  expect(decideActivePhase(['SUCCESS', 'PENDING'], null)).toBe('RUNNING');
  expect(decideActivePhase(['RUNNING'], 'CANCELED')).toBe('TERMINATING');
});

test('a run whose tasks all succeeded succeeds, also when a cancel came too late', () => {
  const tasks = [task('a', 'SUCCESS'), task('b', 'SUCCESS', ['a'])];
  expect(decideRun(tasks, null)).toEqual({ phase: 'SUCCESS', message: '' });
  expect(decideRun(tasks, 'CANCELED')).toEqual({ phase: 'SUCCESS', message: '' });
  expect(decideRun(tasks, 'TIMEDOUT')).toEqual({ phase: 'SUCCESS', message: '' });
});

test('a failed task fails the run, which names it and says that others were skipped', () => {
  expect(decideRun([task('clean', 'FAILED')], null)).toEqual({
    phase: 'TASK_FAILED',
    message: 'Task clean failed with message: it broke.',
  });
  expect(decideRun([task('clean', 'FAILED'), task('queries', 'UPSTREAM_FAILED', ['clean'])], null)).toEqual({
    phase: 'TASK_FAILED',
    message: 'Task clean failed with message: it broke. This caused all downstream tasks to get skipped.',
  });
});

test('leaves decide: a failure behind which every leaf succeeded is a success with failures', () => {
  expect(decideRun([task('a', 'FAILED'), task('b', 'SUCCESS', ['a'])], null).phase).toBe('SUCCESS_WITH_FAILURES');
});

test('a run lost for another reason than a notebook says so in its code', () => {
  expect(decideRun([task('a', 'CLUSTER_LOST')], null).phase).toBe('CLUSTER_LOST');
  expect(decideRun([task('a', 'FILE_MISSING')], null).phase).toBe('FILE_MISSING');
});

test('a cancelled run is cancelled, and so is one of which only a task was', () => {
  const tasks = [task('a', 'CANCELED'), task('b', 'UPSTREAM_CANCELED', ['a'])];
  expect(decideRun(tasks, 'CANCELED')).toEqual({ phase: 'CANCELED', message: 'Run cancelled.' });
  expect(decideRun(tasks, null)).toEqual({ phase: 'CANCELED', message: 'Run cancelled.' });
  expect(decideRun([task('a', 'TIMEDOUT')], 'TIMEDOUT')).toEqual({ phase: 'TIMEDOUT', message: 'Run timed out.' });
});

test('every set of ended tasks gives an ended run, which succeeds only when every task did or was excluded', () => {
  const views = fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 5 });
  const stops = fc.constantFrom(null, 'CANCELED' as const, 'TIMEDOUT' as const);
  fc.assert(
    fc.property(views, stops, (phases, stop) => {
      const { phase } = decideRun(
        phases.map((outcome, index) => task(`t${index}`, outcome, index > 0 ? [`t${index - 1}`] : [])),
        stop,
      );
      expect(isActive(phase)).toBe(false);
      expect(phase === 'SUCCESS').toBe(phases.every((outcome) => outcome === 'SUCCESS' || outcome === 'EXCLUDED'));
    }),
  );
});

test.each(['BLOCKED', 'PENDING', 'RUNNING', 'TERMINATING'] as const)('%s is the same word in both forms', (phase) => {
  expect(describePhase(phase, '')).toEqual({
    state: { life_cycle_state: phase, state_message: '', user_cancelled_or_timedout: false },
    status: { state: phase },
  });
});

test('a task that waits for a retry and a queued run say so in both forms', () => {
  expect(describePhase('WAITING_FOR_RETRY', '')).toMatchObject({
    state: { life_cycle_state: 'WAITING_FOR_RETRY' },
    status: { state: 'WAITING' },
  });
  const message = 'Run is waiting because the maximum number of concurrent runs of its job is reached.';
  expect(describePhase('QUEUED', '')).toMatchObject({
    state: { life_cycle_state: 'QUEUED', queue_reason: message },
    status: { state: 'QUEUED', queue_details: { code: 'MAX_CONCURRENT_RUNS_REACHED', message } },
  });
});

test.each<[Outcome, string, string, string, boolean]>([
  ['SUCCESS', 'TERMINATED/SUCCESS', 'SUCCESS', 'SUCCESS', false],
  ['FAILED', 'TERMINATED/FAILED', 'CLIENT_ERROR', 'RUN_EXECUTION_ERROR', false],
  ['TASK_FAILED', 'INTERNAL_ERROR/FAILED', 'CLIENT_ERROR', 'RUN_EXECUTION_ERROR', false],
  ['TIMEDOUT', 'TERMINATED/TIMEDOUT', 'CLIENT_ERROR', 'CANCELED', true],
  ['CANCELED', 'TERMINATED/CANCELED', 'CLIENT_ERROR', 'USER_CANCELED', true],
  ['UPSTREAM_FAILED', 'TERMINATED/UPSTREAM_FAILED', 'CLIENT_ERROR', 'SKIPPED', false],
  ['UPSTREAM_CANCELED', 'TERMINATED/UPSTREAM_CANCELED', 'CLIENT_ERROR', 'SKIPPED', false],
  ['EXCLUDED', 'TERMINATED/EXCLUDED', 'SUCCESS', 'SKIPPED', false],
  ['DISABLED', 'SKIPPED/DISABLED', 'SUCCESS', 'DISABLED', false],
  ['SUCCESS_WITH_FAILURES', 'TERMINATED/SUCCESS_WITH_FAILURES', 'SUCCESS', 'SUCCESS_WITH_FAILURES', false],
  [
    ...(['CONCURRENCY_REACHED', 'SKIPPED/MAXIMUM_CONCURRENT_RUNS_REACHED', 'CLIENT_ERROR'] as const),
    ...(['MAX_CONCURRENT_RUNS_EXCEEDED', false] as const),
  ],
  ['SETTINGS_INVALID', 'INTERNAL_ERROR/FAILED', 'CLIENT_ERROR', 'INVALID_RUN_CONFIGURATION', false],
  ['FILE_MISSING', 'INTERNAL_ERROR/FAILED', 'CLIENT_ERROR', 'RESOURCE_NOT_FOUND', false],
  ['CLUSTER_LOST', 'INTERNAL_ERROR/FAILED', 'CLOUD_FAILURE', 'CLUSTER_ERROR', false],
  ['SERVER_LOST', 'INTERNAL_ERROR/FAILED', 'INTERNAL_ERROR', 'INTERNAL_ERROR', false],
])('the outcome %s reads %s, %s, %s', (outcome, old, type, code, stopped) => {
  const [lifeCycle, result] = old.split('/');
  expect(describePhase(outcome, 'why')).toEqual({
    state: {
      life_cycle_state: lifeCycle,
      result_state: result,
      state_message: 'why',
      user_cancelled_or_timedout: stopped,
    },
    status: { state: 'TERMINATED', termination_details: { type, code, message: 'why' } },
  });
});
