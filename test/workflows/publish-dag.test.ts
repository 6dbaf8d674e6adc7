import type { publishDag } from '../../workflows/publish-dag.ts';
import { TASK_QUEUE } from '../../domain/run.ts';
import { MOST_PUBLISHED_BYTES, type PublishInput } from '../../domain/mwaa.ts';
import { makeMockActivities } from '../support/mock-activities.ts';
import { failureOf, useWorkflowEnvironment } from '../support/workflow-environment.ts';

const environment = useWorkflowEnvironment();

function publish(input: PublishInput) {
  return environment().server.client.workflow.start<typeof publishDag>('publishDag', {
    ...{ workflowId: `publish-${Math.random()}`, taskQueue: TASK_QUEUE, args: [input] },
  });
}

describe('a publish', () => {
  test('has the environment take the requirements before it uploads the DAG', async () => {
    const { calls, activities } = makeMockActivities();
    const handle = await publish({ pipeline: 'team', dag: 'x', requirements: 'y' });
    expect(await environment().withWorker(activities, () => handle.result())).toEqual({
      key: 'dags/team_daily.py',
      dag: 'changed',
      requirements: 'changed',
    });
    expect(calls).toEqual([
      ...['awaitEnvironment', 'uploadRequirements', 'requestUpdate', 'awaitEnvironment', 'uploadDag', 'awaitDag'],
    ]);
  });

  test('asks for no update when the requirements are the same', async () => {
    const { calls, activities } = makeMockActivities({ requestUpdate: async () => 'unchanged' });
    const handle = await publish({ pipeline: 'team', dag: 'x', requirements: 'y' });
    const result = await environment().withWorker(activities, () => handle.result());
    expect(result).toMatchObject({ requirements: 'unchanged' });
    expect(calls).toEqual(['awaitEnvironment', 'uploadRequirements', 'requestUpdate', 'uploadDag', 'awaitDag']);
  });

  test('of too much text is refused before anything is done', async () => {
    const { calls, activities } = makeMockActivities();
    const handle = await publish({ pipeline: 'team', dag: 'x'.repeat(MOST_PUBLISHED_BYTES) });
    const failure = await environment().withWorker(activities, () => failureOf(handle.result()));
    expect(failure).toMatchObject({ type: 'INPUT_INVALID', nonRetryable: true });
    expect(failure.message).toContain('dag and requirements: expected at most');
    expect(calls).toEqual([]);
  });
});
