import {
  describeMirror,
  describeMwaa,
  describePublish,
  describeTrigger,
} from '../../../client/commands/mwaa-workflows.ts';

test('a publish says what has changed', () => {
  expect(describePublish({ key: 'dags/a.py', dag: 'changed', requirements: 'changed' })).toEqual([
    'requirements: changed, and the environment runs with them',
    'dag: "dags/a.py" is changed, and Airflow has parsed it',
  ]);
});

test('a trigger says whether the run was there', () => {
  expect(describeTrigger({ runId: 'a', state: 'queued', existed: false })).toBe('DAG run "a" is started, state queued');
  expect(describeTrigger({ runId: 'a', state: 'success', existed: true })).toContain('was there already');
});

test('a mirror that fits is one line, and one that does not a table', () => {
  expect(describeMirror({ looked: 3, differences: [] })).toEqual([
    'looked at 3 dates: Airflow and Temporal say the same',
  ]);
  const lines = describeMirror({
    looked: 3,
    differences: [{ date: '2026-11-22', airflow: 'success', temporal: 'failed' }],
  });
  expect(lines[0]).toBe('looked at 3 dates: 1 on which Airflow and Temporal differ');
  expect(lines.at(-1)).toBe('2026-11-22  success  failed');
});

test('a status names an update that failed and an import error', () => {
  const lines = describeMwaa(
    {
      ...{ environment: 'env', status: 'UPDATE_FAILED', airflowVersion: '3.3.2', bucket: 'b', requirements: 'v1' },
      ...{ updateError: 'x does not fit', dag: 'paused', importError: 'line 3: NameError' },
    },
    'team',
  );
  expect(lines).toEqual([
    'environment "env": UPDATE_FAILED, Airflow 3.3.2, bucket "b"',
    'requirements: version v1',
    'last update failed: x does not fit',
    'DAG "team_daily": paused',
    'import error: line 3: NameError',
  ]);
});
