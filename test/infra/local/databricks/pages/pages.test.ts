import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exited, raised } from '../clusters/fake-compute.ts';
import { behind, notebook, ServerFixture } from '../server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

async function open(url: string, headers: object = {}) {
  const response = await fixture.application.server.inject({ url, headers: { host: '127.0.0.1:1', ...headers } });
  return { status: response.statusCode, text: response.body.replaceAll(/\s+/g, ' ') };
}

test('the page that a run names shows its tasks, and loads itself again while it is active', async () => {
  const runId = await fixture.submit([notebook('a'), behind('b', 'a')], { run_name: 'daily <run>' });
  const { run_page_url, tasks } = await fixture.get('jobs/runs/get', { run_id: runId });
  const page = new URL(run_page_url).pathname;
  const before = await open(page);
  expect(before.text).toContain('daily &lt;run&gt;');
  expect(before.text).toContain('http-equiv="refresh"');
  expect(before.text).toContain('>Cancel</button>');
  for (const task of tasks) expect(before.text).toContain(`href="${new URL(task.run_page_url).pathname}"`);
  await fixture.compute.find('a').end(raised);
  const after = await open(page);
  expect(after.text).toContain('upstream failed');
  expect(after.text).not.toContain('http-equiv="refresh"');
  expect(after.text).not.toContain('Cancel</button>');
  expect((await open('/')).text).toContain(`href="${page}"`);
});

test('the page of a task shows what it was given, gave, printed and displayed', async () => {
  const runId = await fixture.submit([notebook('a')]);
  const [task] = (await fixture.get('jobs/runs/get', { run_id: runId })).tasks;
  const output = join(fixture.folder, 'outputs', String(task.run_id));
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, 'stdout.log'), 'three <rows>\n');
  const table = { columns: ['name'], rows: [['<b>'], [null]], truncated: false };
  writeFileSync(join(output, 'displays.jsonl'), `${JSON.stringify(table)}\n{"text":"half a li`);
  await fixture.compute.find('a').end({ ...exited, result: '{"rows": 3}' });
  const { text } = await open(new URL(task.run_page_url).pathname);
  for (const shown of [
    '/Shared/pinflow/a',
    '{&quot;rows&quot;: 3}',
    'three &lt;rows&gt;',
    '<td>&lt;b&gt;</td>',
    '<td>null</td>',
  ])
    expect(text).toContain(shown);
});

test('the button cancels, and only from the page itself', async () => {
  const runId = await fixture.submit([notebook('a')]);
  const { job_id } = await fixture.get('jobs/runs/get', { run_id: runId });
  const url = `/jobs/${job_id}/runs/${runId}/cancel`;
  const post = (headers: object) =>
    fixture.application.server.inject({
      ...{ method: 'POST', url, payload: '' },
      headers: { host: '127.0.0.1:1', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  for (const foreign of [
    {},
    { origin: 'http://evil.example' },
    { host: 'evil.example', origin: 'http://evil.example' },
  ])
    expect((await post(foreign)).statusCode).toBe(403);
  expect(await fixture.summarise(runId)).toBe('PENDING a=PENDING');
  const answer = await post({ origin: 'http://127.0.0.1:1' });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, `/jobs/${job_id}/runs/${runId}`]);
  await fixture.compute.find('a').end({ kind: 'stopped' });
  expect(await fixture.summarise(runId)).toBe('CANCELED a=CANCELED');
});

test('a name that only leads to this machine by a trick gets no page', async () => {
  expect((await open('/', { host: 'evil.example:1' })).status).toBe(403);
  expect((await open('/', { host: 'localhost:1' })).status).toBe(200);
});

test('a run that does not exist is said not to', async () => {
  expect(await open('/jobs/1/runs/2')).toMatchObject({
    status: 400,
    text: expect.stringContaining('Run 2 does not exist.'),
  });
});
