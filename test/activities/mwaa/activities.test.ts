import { createHash } from 'node:crypto';
import { createMwaaActivities } from '../../../activities/mwaa/activities.ts';
import { FakeMwaa } from '../../support/fake-mwaa.ts';
import { FakeWorkflows } from '../../support/fake-workflows.ts';
import { runInActivity } from '../../support/in-activity.ts';
import { MemoryVersions } from '../../support/memory-versions.ts';

function makeActivities() {
  const [mwaa, bucket, workflows] = [new FakeMwaa(), new MemoryVersions(), new FakeWorkflows()];
  const activities = createMwaaActivities({ mwaa, openBucket: () => bucket, workflows });
  return { mwaa, bucket, workflows, ...activities };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const parsed = (text: string) => ({ isPaused: false, startDate: 0, sourceHash: hash(text) });

test('without an environment everything says which variable the workers lack', async () => {
  const openBucket = () => new MemoryVersions();
  const { readMwaa } = createMwaaActivities({ mwaa: undefined, openBucket, workflows: new FakeWorkflows() });
  await expect(readMwaa('team')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('PINFLOW_MWAA_ENVIRONMENT') as string,
  });
});

describe('requirements', () => {
  test('are written once, however often they are uploaded', async () => {
    const { uploadRequirements, bucket } = makeActivities();
    expect(await uploadRequirements('a')).toEqual({ key: 'requirements.txt', version: 'v1' });
    expect(await uploadRequirements('a')).toEqual({ key: 'requirements.txt', version: 'v1' });
    expect(await uploadRequirements('b')).toEqual({ key: 'requirements.txt', version: 'v2' });
    expect(bucket.objects.get('requirements.txt')).toHaveLength(2);
  });

  test('that the environment has are not asked for, nor those of a try whose answer was lost', async () => {
    const { requestUpdate, mwaa } = makeActivities();
    const [now] = mwaa.environments as [(typeof mwaa.environments)[0] & object];
    const wanted = { key: 'requirements.txt', version: 'v2' };
    expect(await requestUpdate(wanted)).toBe('requested');
    mwaa.environments = [{ ...now, status: 'UPDATING' }];
    expect(await requestUpdate(wanted)).toBe('requested');
    mwaa.environments = [{ ...now, requirements: wanted }];
    expect(await requestUpdate(wanted)).toBe('unchanged');
    expect(mwaa.updates).toEqual([wanted]);
  });

  test('that do not fit are told with the reason of the service', async () => {
    const { awaitEnvironment, mwaa } = makeActivities();
    const [now] = mwaa.environments as [(typeof mwaa.environments)[0] & object];
    const updateError = 'Could not find a version that satisfies the requirement x==9';
    mwaa.environments = [{ ...now, status: 'UPDATE_FAILED', updateError }];
    const wanted = { key: 'requirements.txt', version: 'v2' };
    await expect(runInActivity(() => awaitEnvironment(wanted))).rejects.toMatchObject({
      code: 'MWAA_UPDATE_FAILED',
      message: `environment "env" did not take "requirements.txt": ${updateError}`,
    });
    // It runs with what it had, so a DAG alone may come.
    await expect(runInActivity(() => awaitEnvironment())).resolves.toBeUndefined();
  });

  test('are not waited for in an environment that is being deleted', async () => {
    const { awaitEnvironment, mwaa } = makeActivities();
    const [now] = mwaa.environments as [(typeof mwaa.environments)[0] & object];
    mwaa.environments = [{ ...now, status: 'DELETING' }];
    await expect(runInActivity(() => awaitEnvironment())).rejects.toMatchObject({ code: 'MWAA_REFUSED' });
  });
});

describe('a DAG file', () => {
  test('is written once, and waited for until Airflow tells its text', async () => {
    const { uploadDag, awaitDag, mwaa, bucket } = makeActivities();
    const first = await uploadDag({ pipeline: 'team', dag: 'good' });
    expect(first).toMatchObject({ key: 'dags/team_daily.py', isChanged: true, errorBefore: null });
    expect(await uploadDag({ pipeline: 'team', dag: 'good' })).toMatchObject({ isChanged: false });
    expect(bucket.objects.get('dags/team_daily.py')).toHaveLength(1);
    mwaa.dag = parsed('before');
    setTimeout(() => (mwaa.dag = parsed('good')), 500);
    await runInActivity(() => awaitDag(first));
    expect(mwaa.dag).toEqual(parsed('good'));
  });

  test('that cannot be imported is told at once, with the line', async () => {
    const { uploadDag, awaitDag, mwaa } = makeActivities();
    const uploaded = await uploadDag({ pipeline: 'team', dag: 'bad' });
    mwaa.dag = parsed('bad');
    mwaa.importErrors = [{ message: 'line 3: SyntaxError: invalid syntax', seenAt: Date.now() }];
    await expect(runInActivity(() => awaitDag(uploaded))).rejects.toMatchObject({
      code: 'DAG_IMPORT_FAILED',
      message: 'Airflow could not import "team_daily.py", line 3: SyntaxError: invalid syntax',
    });
  });

  test('is not blamed for the error of the file before, until Airflow has found it again long after', async () => {
    const { uploadDag, awaitDag, mwaa } = makeActivities();
    const old = { message: 'line 3: SyntaxError: invalid syntax', seenAt: Date.now() };
    mwaa.importErrors = [old];
    const uploaded = await uploadDag({ pipeline: 'team', dag: 'good' });
    mwaa.dag = parsed('good');
    mwaa.importErrors = [old, undefined];
    await expect(runInActivity(() => awaitDag(uploaded))).resolves.toBeUndefined();
    mwaa.importErrors = [{ ...old, seenAt: uploaded.writtenAt + 120_001 }];
    await expect(runInActivity(() => awaitDag(uploaded))).rejects.toMatchObject({ code: 'DAG_IMPORT_FAILED' });
  });
});

describe('the mirror', () => {
  test('names the dates on which both sides differ, by the time that runs were due', async () => {
    const { readMirror, mwaa, workflows } = makeActivities();
    const run = (logical: string, due: string, state: string) => ({
      ...{
        runId: logical,
        state,
        logicalDate: Date.parse(`${logical}T02:17:00Z`),
        dueAt: Date.parse(`${due}T02:17:00Z`),
      },
    });
    mwaa.runs = [
      run('2026-11-20', '2026-11-20', 'success'),
      run('2026-11-21', '2026-11-22', 'failed'),
      run('2026-11-23', '2026-11-23', 'running'),
    ];
    workflows.listed = [
      { workflowId: 'daily-team-2026-11-20', state: 'succeeded' },
      { workflowId: 'daily-team-2026-11-22', state: 'succeeded' },
      { workflowId: 'daily-team-2026-11-22-r2', state: 'failed' },
      { workflowId: 'daily-team-2026-11-23', state: 'running' },
      { workflowId: 'daily-team-2026-11-24', state: 'running' },
    ];
    expect(await readMirror({ pipeline: 'team', from: '2026-11-19', to: '2026-11-24' })).toEqual({
      looked: 6,
      differences: [
        { date: '2026-11-22', airflow: 'failed', temporal: 'succeeded' },
        { date: '2026-11-24', airflow: 'none', temporal: 'running' },
      ],
    });
  });

  test('refuses a range that is none', async () => {
    const { readMirror } = makeActivities();
    await expect(readMirror({ pipeline: 'team', from: '2026-11-24', to: '2026-11-19' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: 'to: expected a day that is not before "2026-11-24", got "2026-11-19"',
    });
  });
});
