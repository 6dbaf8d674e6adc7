import { exited, raised } from '../clusters/fake-compute.ts';
import { settle } from '../clusters/fake-process.ts';
import { notebook, ServerFixture, useFakeTimers } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(async () => {
  jest.useRealTimers();
  await fixture.close();
});

const stopped = { kind: 'stopped' } as const;

function condition(op: string, left: string, right: string) {
  return { task_key: 'if', condition_task: { op, left, right } };
}

function branch(key: string, outcome: string) {
  return notebook(key, { depends_on: [{ task_key: 'if', outcome }] });
}

describe('condition', () => {
  test.each([
    ['EQUAL_TO', '1', '1.0', false],
    ['NOT_EQUAL', '1', '1.0', true],
    ['GREATER_THAN', '10', '9', true],
    ['GREATER_THAN_OR_EQUAL', '9', '9.0', true],
    ['LESS_THAN', '10', '9', false],
    ['LESS_THAN_OR_EQUAL', '-1', '0', true],
  ])('%s of "%s" and "%s" takes one branch and excludes the other', async (op, left, right, decision) => {
    const runId = await fixture.submit([condition(op, left, right), branch('a', 'true'), branch('b', 'false')]);
    const taken = decision ? 'a' : 'b';
    await fixture.compute.find(taken).end(exited);
    const [a, b] = decision ? ['SUCCESS', 'EXCLUDED'] : ['EXCLUDED', 'SUCCESS'];
    expect(await fixture.summarise(runId)).toBe(`SUCCESS if=SUCCESS a=${a} b=${b}`);
    expect(fixture.compute.executions).toHaveLength(1);
    expect((await fixture.get('jobs/runs/get', { run_id: runId })).tasks[0].condition_task).toMatchObject({
      outcome: String(decision),
    });
  });

  test('a comparison of something that is no number fails the run with what it compared', async () => {
    const runId = await fixture.submit([condition('LESS_THAN', 'many', '3')]);
    await settle();
    const { state, status } = await fixture.get('jobs/runs/get', { run_id: runId });
    expect(state.state_message).toBe(
      'Task if failed with message: The condition "many" LESS_THAN "3" needs numbers on both sides.',
    );
    expect(status.termination_details.code).toBe('INVALID_RUN_CONFIGURATION');
  });

  test('a condition compares what an earlier task has set', async () => {
    const decide = {
      ...condition('EQUAL_TO', '{{tasks.c.values.rows}}', '0'),
      depends_on: [{ task_key: 'c' }],
    };
    const runId = await fixture.submit([notebook('c'), decide, branch('a', 'true')]);
    await fixture.compute.find('c').end({ ...exited, taskValues: { rows: 5 } });
    expect(await fixture.summarise(runId)).toBe('SUCCESS c=SUCCESS if=SUCCESS a=EXCLUDED');
  });
});

describe('for_each', () => {
  function forEach(inputs: unknown, concurrency: number, more: object = {}) {
    const nested = notebook('a', {
      notebook_task: {
        notebook_path: '/Shared/pinflow/a',
        base_parameters: { day: '{{input.day}}', all: '{{input}}' },
      },
      ...more,
    });
    return { task_key: 'each', for_each_task: { inputs: JSON.stringify(inputs), concurrency, task: nested } };
  }
  const days = [{ day: 'mon' }, { day: 'tue' }, { day: 'wed' }];

  test('every input gets a task run of its own, no more at once than allowed', async () => {
    const runId = await fixture.submit([forEach(days, 2)]);
    expect(fixture.compute.executions).toHaveLength(2);
    await fixture.compute.executions[0]?.end(exited);
    expect(fixture.compute.executions).toHaveLength(3);
    await fixture.compute.executions[1]?.end(exited);
    await fixture.compute.executions[2]?.end(exited);
    expect(await fixture.summarise(runId)).toBe('SUCCESS each=SUCCESS');
    const parameters = fixture.compute.executions.map(({ call: { work } }) => 'parameters' in work && work.parameters);
    expect(parameters).toEqual(days.map((input) => ({ day: input.day, all: JSON.stringify(input) })));
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
    const { iterations } = await fixture.get('jobs/runs/get', { run_id: tasks[0].run_id });
    expect(iterations).toHaveLength(3);
    expect(new Set(iterations.map((iteration: { run_id: number }) => iteration.run_id)).size).toBe(3);
  });

  test('a failed iteration fails the task after the others have run, and is tried again when it may', async () => {
    const runId = await fixture.submit([forEach(days, 1, { max_retries: 1 })]);
    for (const end of [raised, exited, raised, raised, exited]) await fixture.compute.executions.at(-1)?.end(end);
    expect(fixture.compute.executions).toHaveLength(5);
    expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED each=FAILED');
    expect((await fixture.get('jobs/runs/get', { run_id: runId })).state.state_message).toBe(
      'Task each failed with message: 1 of 3 iterations failed.',
    );
  });

  test('no input is a success', async () => {
    const runId = await fixture.submit([forEach([], 1)]);
    await settle();
    expect(await fixture.summarise(runId)).toBe('SUCCESS each=SUCCESS');
  });

  test('a cancel ends the iterations that run and never starts the others', async () => {
    const runId = await fixture.submit([forEach(days, 1)]);
    fixture.compute.find('a').start();
    await fixture.post('jobs/runs/cancel', { run_id: runId });
    expect(await fixture.summarise(runId)).toBe('TERMINATING each=TERMINATING');
    await fixture.compute.find('a').end(stopped);
    expect(await fixture.summarise(runId)).toBe('CANCELED each=CANCELED');
    expect(fixture.compute.executions).toHaveLength(1);
  });

  test('a for_each task that is out of time stops its iterations', async () => {
    useFakeTimers();
    const runId = await fixture.submit([{ ...forEach(days, 1), timeout_seconds: 5 }]);
    await jest.advanceTimersByTimeAsync(5_000);
    await fixture.compute.find('a').end(stopped);
    expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED each=TIMEDOUT');
    expect(fixture.compute.executions).toHaveLength(1);
  });

  test('inputs that a reference gives must be an array', async () => {
    const task = { ...forEach([], 1), depends_on: [{ task_key: 'c' }] };
    task.for_each_task.inputs = '{{tasks.c.values.days}}';
    const [good, bad] = [await fixture.submit([notebook('c'), task]), await fixture.submit([notebook('c'), task])];
    await fixture.compute.executions[0]?.end({ ...exited, taskValues: { days: ['mon'] } });
    await fixture.compute.executions[1]?.end({ ...exited, taskValues: { days: 'mon' } });
    await fixture.compute.find('a').end(exited);
    expect(await fixture.summarise(good)).toBe('SUCCESS c=SUCCESS each=SUCCESS');
    expect(await fixture.summarise(bad)).toBe('INTERNAL_ERROR/FAILED c=SUCCESS each=INTERNAL_ERROR/FAILED');
  });
});

describe('run_job', () => {
  const runJob = (jobId: number, more: object = {}) => ({
    task_key: 'child',
    run_job_task: { job_id: jobId, job_parameters: { day: '{{job.run_id}}' }, ...more },
  });

  async function createChild(more: object = {}): Promise<number> {
    return fixture.createJob({ tasks: [notebook('a')], parameters: [{ name: 'day', default: '' }], ...more });
  }

  async function findChild(runId: number): Promise<number> {
    return (await fixture.get('jobs/runs/get', { run_id: runId })).tasks[0].run_job_task.run_id;
  }

  test('the task ends as the run of the other job does', async () => {
    const jobId = await createChild();
    const [good, bad] = [await fixture.submit([runJob(jobId)]), await fixture.submit([runJob(jobId)])];
    const child = await findChild(good);
    expect(await fixture.get('jobs/runs/get', { run_id: child })).toMatchObject({
      ...{ job_id: jobId, trigger: 'RUN_JOB_TASK' },
      job_parameters: [{ name: 'day', value: String(good) }],
    });
    expect(await fixture.summarise(await findChild(bad))).toBe('QUEUED a=BLOCKED');
    await fixture.compute.executions[0]?.end(exited);
    await fixture.compute.executions[1]?.end(raised);
    expect(await fixture.summarise(good)).toBe('SUCCESS child=SUCCESS');
    expect(await fixture.summarise(bad)).toBe('INTERNAL_ERROR/FAILED child=FAILED');
    const { tasks } = await fixture.get('jobs/runs/get', { run_id: good });
    const output = await fixture.get('jobs/runs/get-output', { run_id: tasks[0].run_id });
    expect(output.run_job_output).toEqual({ run_id: child });
  });

  test('a job that may not run fails the task at once', async () => {
    const jobId = await createChild({ max_concurrent_runs: 0 });
    const runId = await fixture.submit([runJob(jobId)]);
    await settle();
    expect(await fixture.summarise(runId)).toBe('INTERNAL_ERROR/FAILED child=FAILED');
  });

  test('a cancel reaches the run of the other job', async () => {
    const runId = await fixture.submit([runJob(await createChild())]);
    const child = await findChild(runId);
    await fixture.post('jobs/runs/cancel', { run_id: runId });
    expect(await fixture.summarise(runId)).toBe('TERMINATING child=TERMINATING');
    await fixture.compute.find('a').end(stopped);
    expect(await fixture.summarise(child)).toBe('CANCELED a=CANCELED');
    expect(await fixture.summarise(runId)).toBe('CANCELED child=CANCELED');
  });
});

test('a run of some tasks only leaves the others out', async () => {
  const behindB = notebook('c', { depends_on: [{ task_key: 'b' }] });
  const jobId = await fixture.createJob({ tasks: [notebook('a'), notebook('b'), behindB] });
  const runId = await fixture.runNow(jobId, { only: ['c'] });
  expect(await fixture.summarise(runId)).toBe('PENDING a=DISABLED b=DISABLED c=PENDING');
  await fixture.compute.find('c').end(exited);
  expect(await fixture.summarise(runId)).toBe('SUCCESS a=DISABLED b=DISABLED c=SUCCESS');
});
