import fc from 'fast-check';
import { type ReportedState, toRunState } from '../../../activities/databricks/run-state.ts';
import { readText } from '../../source-tree.ts';

/** The words of the SDK's own model, so that a new one cannot be forgotten. */
const model = readText('node_modules/@databricks/sdk/dist/apis/jobs/model.d.ts').replaceAll(/\/\*[^]*?\*\//g, '');

function wordsOf(type: string): string[] {
  const [, union = ''] = new RegExp(`export type ${type} = ([^;]+);`).exec(model) ?? [];
  return [...union.matchAll(/"(\w+)"/g)].map(([, word = '']) => word);
}

/** Rows of a table in the README of the folder: words of a run → what becomes of it. */
function readRows(heading: string): string[][] {
  const [, section = ''] = readText('activities/databricks/README.md').split(`### ${heading}\n`);
  const lines = (section.split('\n#')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const older = readRows('The older form').map(([lifeCycle = '', result = '', outcome = '']) => ({
  lifeCycle,
  result,
  outcome,
}));
const newer = readRows('The newer form').map(([state = '', type = '', code = '', outcome = '']) => ({
  state,
  type,
  code,
  outcome,
}));
const own = (state: ReportedState['state']): ReportedState => ({ ...(state && { state }) });

describe('the state of a run', () => {
  test.each(older)('$lifeCycle with $result is $outcome', ({ lifeCycle, result, outcome }) => {
    const state = { life_cycle_state: lifeCycle, ...(result !== '–' && { result_state: result }) };
    expect(toRunState(own(state), []).state).toBe(outcome);
  });

  test.each(newer)(
    '$state with $type and $code, told in the newer form only, is $outcome',
    ({ state, type, code, outcome }) => {
      const status = { state, ...(type !== '–' && { termination_details: { type, code } }) };
      expect(toRunState({ status }, []).state).toBe(outcome);
    },
  );

  test('is decided for every word of the API', () => {
    expect(older.map(({ lifeCycle }) => lifeCycle)).toEqual(expect.arrayContaining(wordsOf('RunLifeCycleState')));
    expect(older.map(({ result }) => result)).toEqual(expect.arrayContaining(wordsOf('RunResultState')));
    expect(newer.map(({ state }) => state)).toEqual(expect.arrayContaining(wordsOf('RunLifecycleStateV2State')));
    expect(newer.map(({ type }) => type)).toEqual(expect.arrayContaining(wordsOf('TerminationTypeType')));
    expect(newer.map(({ code }) => code)).toEqual(expect.arrayContaining(wordsOf('TerminationCodeCode')));
    for (const type of ['RunLifeCycleState', 'RunResultState', 'TerminationTypeType', 'TerminationCodeCode'])
      expect(wordsOf(type).length).toBeGreaterThan(3);
  });

  test('is active for an unknown life cycle, and no success for an unknown end', () => {
    expect(toRunState({}, [])).toEqual({ state: 'active', lifeCycle: 'UNKNOWN' });
    fc.assert(
      fc.property(fc.string(), fc.string(), (life_cycle_state, result_state) => {
        const { state } = toRunState(own({ life_cycle_state, result_state }), []);
        expect(state === 'succeeded').toBe(life_cycle_state === 'TERMINATED' && result_state === 'SUCCESS');
      }),
    );
  });

  test('tells life cycle, result and message', () => {
    const state = { life_cycle_state: 'TERMINATED', result_state: 'TIMEDOUT', state_message: 'out of time' };
    expect(toRunState(own(state), [])).toEqual({ state: 'failed', reason: 'TERMINATED/TIMEDOUT: out of time' });
    const details = { type: 'CLOUD_FAILURE', code: 'CLUSTER_ERROR', message: 'no machines' };
    expect(toRunState({ status: { state: 'TERMINATED', termination_details: details } }, [])).toEqual({
      state: 'lost',
      reason: 'TERMINATED/CLUSTER_ERROR: no machines',
    });
  });
});

describe('a run that ended as INTERNAL_ERROR', () => {
  const run = own({ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED', state_message: 'task clean failed' });
  const withType = (type: string): ReportedState => ({ ...run, status: { termination_details: { type } } });
  const failedTask = own({ life_cycle_state: 'TERMINATED', result_state: 'FAILED' });
  const lostTask = own({ life_cycle_state: 'INTERNAL_ERROR', result_state: 'FAILED' });
  const skippedTask = own({ life_cycle_state: 'TERMINATED', result_state: 'UPSTREAM_FAILED' });
  const taskOfType = (type: string, code: string): ReportedState => ({
    ...failedTask,
    status: { termination_details: { type, code } },
  });

  test.each([
    ['with a task that failed', run, [failedTask, skippedTask], 'failed'],
    [
      'with a task that was out of time',
      run,
      [own({ life_cycle_state: 'TERMINATED', result_state: 'TIMEDOUT' })],
      'failed',
    ],
    ['with no task that failed by itself', run, [lostTask, skippedTask], 'lost'],
    ['without tasks', run, [], 'lost'],
    ['by a fault of the client', withType('CLIENT_ERROR'), [lostTask], 'failed'],
    ['by a fault of the cloud', withType('CLOUD_FAILURE'), [lostTask, skippedTask], 'lost'],
    ['by an unknown fault', withType('SOMETHING_NEW'), [lostTask], 'failed'],
    ['by a fault of Databricks, with a notebook that raised', withType('INTERNAL_ERROR'), [failedTask], 'failed'],
    [
      'by a fault of the cloud that its task tells as FAILED',
      withType('CLOUD_FAILURE'),
      [taskOfType('CLOUD_FAILURE', 'CLUSTER_ERROR')],
      'lost',
    ],
    [
      'by a fault of Databricks, with a task that raised',
      withType('INTERNAL_ERROR'),
      [taskOfType('CLIENT_ERROR', 'RUN_EXECUTION_ERROR')],
      'failed',
    ],
  ] as const)('%s is taken as it is', (_, reported, tasks, expected) => {
    expect(toRunState(reported, tasks).state).toBe(expected);
  });
});
