import { createHash } from 'node:crypto';
import { startDate } from '../../../activities/mwaa/start-date.ts';
import { createMwaa } from '../../../activities/mwaa/adapter.ts';
import { logIn } from '../../../activities/mwaa/log-in.ts';
import { allowWithRole } from '../../../infra/local/mwaa/identities.ts';
import { MwaaDouble } from '../../support/mwaa-double.ts';
import { withHttpServer } from '../../infra/local/stack/stack-plan.ts';

let double: MwaaDouble;
afterEach(() => double.stop());

describe.each([2, 3] as const)('the adapter on Airflow %d', (major) => {
  beforeEach(async () => {
    double = await MwaaDouble.start(major);
    double.airflow.dag = { id: 'team_daily', source: 'x = 1\n', startDate: '2026-01-01T00:00:00Z' };
  });

  test('logs in once for many calls', async () => {
    const mwaa = double.openAs('worker');
    expect(double.airflow.sessions.size).toBe(0);
    expect(await mwaa.readDag('team_daily')).toEqual({
      isPaused: false,
      startDate: Date.parse('2026-01-01T00:00:00Z'),
      sourceHash: createHash('sha256').update('x = 1\n').digest('hex'),
    });
    expect(await mwaa.readDag('other_daily')).toBeUndefined();
    expect(await mwaa.readImportError('team_daily.py')).toBeUndefined();
    expect([...double.airflow.sessions.values()]).toEqual(['user']);
  });

  test('logs in once more when its session is over, and goes on', async () => {
    const mwaa = double.openAs('worker');
    await mwaa.readImportError('a.py');
    double.airflow.sessions.clear();
    double.airflow.requests.length = 0;
    expect(await mwaa.readImportError('a.py')).toBeUndefined();
    const path = `GET /api/v${major - 1}/importErrors`;
    expect(double.airflow.requests).toEqual([path, path]);
    expect(double.airflow.sessions.size).toBe(1);
  });

  test('a viewer reads, and is refused as soon as it starts a run', async () => {
    const mwaa = double.openAs('viewer', allowWithRole('Viewer'));
    expect(await mwaa.listDagRuns('team_daily', 0, Date.now())).toEqual([]);
    const started = mwaa.startDagRun({ dagId: 'team_daily', runId: 'a', logicalDate: 0 });
    await expect(started).rejects.toMatchObject({
      code: 'MWAA_DENIED',
      message: 'Airflow answered 403 to POST "/dags/team_daily/dagRuns": {"detail":"Forbidden"}',
    });
    expect(double.airflow.runs).toEqual([]);
  });

  test('names the line of an import error', async () => {
    const path = '/usr/local/airflow/dags/team_daily.py';
    double.airflow.importErrors = [
      {
        filename: major === 2 ? path : 'team_daily.py',
        stack_trace: `Traceback (most recent call last):\n  File "${path}", line 7, in <module>\n    x = y\nNameError: name 'y' is not defined\n`,
        timestamp: '2026-11-22T02:17:00Z',
      },
    ];
    expect(await double.openAs('worker').readImportError('team_daily.py')).toEqual({
      message: "line 7: NameError: name 'y' is not defined",
      seenAt: Date.parse('2026-11-22T02:17:00Z'),
    });
    expect(await double.openAs('worker').readImportError('other_daily.py')).toBeUndefined();
  });

  test('starts the run of a date once, and finds it whoever started it', async () => {
    const mwaa = double.openAs('worker');
    const start = (date: string) => startDate({ pipeline: 'team', date }, mwaa);
    const runId = 'temporal__team__2026-11-22';
    expect(await start('2026-11-22')).toEqual({ runId, state: 'queued', existed: false });
    expect(await start('2026-11-22')).toEqual({ runId, state: 'queued', existed: true });
    double.airflow.addRun('scheduled', '2026-11-23T02:17:00.000Z');
    expect(await start('2026-11-23')).toEqual({ runId: 'scheduled', state: 'success', existed: true });
    expect(double.airflow.runs).toHaveLength(2);
  });

  test('trusts no run of another logical date, nor one without tasks', async () => {
    const mwaa = double.openAs('worker');
    const start = (date: string) => startDate({ pipeline: 'team', date }, mwaa);
    double.airflow.addRun('temporal__team__2026-11-22', '2026-11-01T00:00:00.000Z');
    await expect(start('2026-11-22')).rejects.toMatchObject({
      code: 'DAG_RUN_CONFLICT',
      message: expect.stringContaining(
        'has logical date 2026-11-01T00:00:00.000Z, not 2026-11-22T02:17:00.000Z',
      ) as string,
    });
    double.airflow.addRun('empty', '2026-11-23T02:17:00.000Z', { tasks: 0 });
    await expect(start('2026-11-23')).rejects.toMatchObject({ code: 'DAG_RUN_CONFLICT' });
  });

  test('asks Airflow for nothing when the date is none, before the start of the DAG, or the DAG unknown', async () => {
    const mwaa = double.openAs('worker');
    await expect(startDate({ pipeline: 'team', date: '2026-02-30' }, mwaa)).rejects.toMatchObject({
      message: 'date: expected a day as YYYY-MM-DD, got "2026-02-30"',
    });
    await expect(startDate({ pipeline: 'team', date: '2025-12-31' }, mwaa)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(startDate({ pipeline: 'other', date: '2026-11-22' }, mwaa)).rejects.toMatchObject({
      code: 'DAG_UNKNOWN',
    });
    expect(double.airflow.runs).toEqual([]);
  });
});

describe('the adapter', () => {
  beforeEach(async () => {
    double = await MwaaDouble.start(3);
  });

  test('tells apart what is refused, denied and away', async () => {
    const options = { region: 'us-east-1', endpoint: double.address };
    const credentials = { accessKeyId: 'worker', secretAccessKey: 'secret-key' };
    double.openAs('worker');
    const other = createMwaa({ ...options, credentials, environment: 'other' });
    await expect(other.readEnvironment()).rejects.toMatchObject({
      code: 'MWAA_REFUSED',
      message: 'could not read environment "other": ResourceNotFoundException: Environment other not found',
    });
    const nobody = createMwaa({
      ...options,
      environment: 'env',
      credentials: { ...credentials, accessKeyId: 'nobody' },
    });
    await expect(nobody.readEnvironment()).rejects.toMatchObject({ code: 'MWAA_DENIED' });
    const away = createMwaa({ ...options, credentials, environment: 'env', endpoint: 'http://127.0.0.1:9' });
    await expect(away.readEnvironment()).rejects.toMatchObject({ code: 'MWAA_UNAVAILABLE' });
  });

  test('says nothing secret in any error', async () => {
    const mwaa = double.openAs('worker');
    await mwaa.readImportError('a.py');
    await double.airflow.stop();
    const error = await mwaa.readImportError('a.py').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MWAA_UNAVAILABLE' });
    const { message, stack, cause } = error as Error;
    expect([message, stack, String(cause)].join('\n')).not.toMatch(/secret/);
  });

  test.each([
    ['_token=abc; Path=/; HttpOnly', true],
    ['_token=abc', true],
    ['_token=abc; Path=/api', true],
    ['_token=abc; Path=/ap', false],
    ['_token=abc; Path=/pluginsv2', false],
    ['session=abc; Path=/', false],
  ])('with the cookie "%s" is logged in: %s', async (cookie, expected) => {
    await withHttpServer(
      () => ({ status: 303, headers: { 'set-cookie': cookie }, body: '' }),
      async (port) => {
        const login = logIn({ address: `http://127.0.0.1:${port}`, token: 'secret-token', major: 3 });
        const outcome = await login.then(
          ({ headers }) => headers['authorization'],
          ({ code, message }: Error & { code: string }) => `${code} ${message}`,
        );
        expect(outcome === 'Bearer abc').toBe(expected);
        expect(outcome).not.toContain('secret');
      },
    );
  });
});
