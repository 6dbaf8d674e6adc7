import { describeSettings } from '../../../../infra/local/mwaa/airflow/airflow-settings.ts';

test('settings of the caller reach Airflow as variables and win over ours', () => {
  const options = {
    python: 'python',
    major: 3,
    home: '/airflow',
    port: 8080,
    logPorts: [1, 2],
    connections: {},
  } as const;
  const settings = { CORE__PARALLELISM: '2', SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: '0.05' };
  expect(describeSettings({ ...options, settings })).toMatchObject({
    AIRFLOW__CORE__PARALLELISM: '2',
    AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: '0.05',
    AIRFLOW__API__PORT: '8080',
  });
});
