import fc from 'fast-check';
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

const OUTCOMES: Outcome[] = ['SUCCESS', 'FAILED', 'TIMEDOUT', 'CANCELED', 'UPSTREAM_FAILED', 'UPSTREAM_CANCELED'];

function task(key: string, phase: Phase, dependsOn: string[] = [], message = 'it broke'): TaskView {
  return { key, phase, dependsOn, message };
}

test.each<[Phase[], string]>([
  [[], 'start'],
  [['SUCCESS', 'SUCCESS'], 'start'],
  [['SUCCESS', 'RUNNING'], 'wait'],
  [['FAILED', 'PENDING'], 'wait'],
  [['SUCCESS', 'FAILED'], 'UPSTREAM_FAILED'],
  [['CLUSTER_LOST'], 'UPSTREAM_FAILED'],
  [['UPSTREAM_FAILED'], 'UPSTREAM_FAILED'],
  [['SUCCESS', 'CANCELED'], 'UPSTREAM_CANCELED'],
  [['UPSTREAM_CANCELED'], 'UPSTREAM_CANCELED'],
  [['FAILED', 'CANCELED'], 'UPSTREAM_FAILED'],
])('a task behind %j: %s', (dependencies, expected) => {
  expect(decideTask(dependencies)).toBe(expected);
});

test('a run is pending until a task runs, and terminating as soon as it is stopped', () => {
  expect(decideActivePhase([task('a', 'PENDING'), task('b', 'BLOCKED', ['a'])], null)).toBe('PENDING');
  expect(decideActivePhase([task('a', 'SUCCESS'), task('b', 'PENDING', ['a'])], null)).toBe('RUNNING');
  expect(decideActivePhase([task('a', 'RUNNING')], 'CANCELED')).toBe('TERMINATING');
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
  expect(decideRun([task('a', 'NOTEBOOK_MISSING')], null).phase).toBe('NOTEBOOK_MISSING');
});

test('a cancelled run is cancelled, and so is one of which only a task was', () => {
  const tasks = [task('a', 'CANCELED'), task('b', 'UPSTREAM_CANCELED', ['a'])];
  expect(decideRun(tasks, 'CANCELED')).toEqual({ phase: 'CANCELED', message: 'Run cancelled.' });
  expect(decideRun(tasks, null)).toEqual({ phase: 'CANCELED', message: 'Run cancelled.' });
  expect(decideRun([task('a', 'TIMEDOUT')], 'TIMEDOUT')).toEqual({ phase: 'TIMEDOUT', message: 'Run timed out.' });
});

test('every set of ended tasks gives an ended run, which succeeds only when every task did', () => {
  const views = fc.array(fc.constantFrom(...OUTCOMES), { minLength: 1, maxLength: 5 });
  const stops = fc.constantFrom(null, 'CANCELED' as const, 'TIMEDOUT' as const);
  fc.assert(
    fc.property(views, stops, (phases, stop) => {
      const { phase } = decideRun(
        phases.map((outcome, index) => task(`t${index}`, outcome, index > 0 ? [`t${index - 1}`] : [])),
        stop,
      );
      expect(isActive(phase)).toBe(false);
      expect(phase === 'SUCCESS').toBe(phases.every((outcome) => outcome === 'SUCCESS'));
    }),
  );
});

test('an active phase has the same word in both forms and no result', () => {
  for (const phase of ACTIVE_PHASES) {
    expect(describePhase(phase, '')).toEqual({
      state: { life_cycle_state: phase, state_message: '', user_cancelled_or_timedout: false },
      status: { state: phase },
    });
  }
});

test.each<[Outcome, string, string, string, boolean]>([
  ['SUCCESS', 'TERMINATED/SUCCESS', 'SUCCESS', 'SUCCESS', false],
  ['FAILED', 'TERMINATED/FAILED', 'CLIENT_ERROR', 'RUN_EXECUTION_ERROR', false],
  ['TASK_FAILED', 'INTERNAL_ERROR/FAILED', 'CLIENT_ERROR', 'RUN_EXECUTION_ERROR', false],
  ['TIMEDOUT', 'TERMINATED/TIMEDOUT', 'CLIENT_ERROR', 'CANCELED', true],
  ['CANCELED', 'TERMINATED/CANCELED', 'CLIENT_ERROR', 'USER_CANCELED', true],
  ['UPSTREAM_FAILED', 'TERMINATED/UPSTREAM_FAILED', 'CLIENT_ERROR', 'SKIPPED', false],
  ['NOTEBOOK_MISSING', 'INTERNAL_ERROR/FAILED', 'CLIENT_ERROR', 'RESOURCE_NOT_FOUND', false],
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
