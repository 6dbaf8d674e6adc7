import type { Browser, Page } from 'playwright-core';
import { RealServer } from '../infra/local/databricks/real-server.ts';
import { startBrowser } from '../support/browser.ts';

/** The double's pages, as a person sees them: run_page_url in a real browser. */

let server: RealServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [server, browser] = await Promise.all([RealServer.start(), startBrowser()]);
  page = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await server.remove();
});

async function submit(key: string): Promise<number> {
  const notebook_task = { notebook_path: `/Shared/pinflow/${key}` };
  const tasks = [{ task_key: key, existing_cluster_id: 'local', notebook_task }];
  const { run_id } = await server.client.jobs.submit({ run_name: `run <${key}>`, tasks });
  return run_id ?? 0;
}

async function open(runId: number): Promise<void> {
  const { run_page_url } = await server.client.jobs.getRun({ run_id: runId });
  await page.goto(String(run_page_url));
}

test('a run that failed shows its state, and its task the lines of the error and of the log', async () => {
  const runId = await submit('fail');
  await server.waitForEnd(runId);
  await open(runId);
  expect(await page.locator('h1').innerText()).toMatch(/^run <fail>\s+task failed$/);
  await page.getByRole('link', { name: 'fail', exact: true }).click();
  expect(await page.locator('h1').innerText()).toMatch(/^fail\s+failed$/);
  expect(await page.locator('pre').last().innerText()).toContain('ValueError: bad row 7');
  await page.getByRole('link', { name: 'Runs' }).click();
  expect(await page.locator('tbody tr').first().innerText()).toContain('run <fail>');
});

test('a press on the button cancels a run, and the page shows it by itself', async () => {
  const runId = await submit('sleeps');
  await server.waitFor('the notebook runs', async () => {
    const { state } = await server.client.jobs.getRun({ run_id: runId });
    return state?.life_cycle_state === 'RUNNING' ? true : undefined;
  });
  await open(runId);
  await page.getByRole('button', { name: 'Cancel' }).click();
  // The page loads itself again; nothing here does.
  await page.getByText('canceled').first().waitFor();
  expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  expect((await server.client.jobs.getRun({ run_id: runId })).state?.result_state).toBe('CANCELED');
});

test('nothing on a page is wider than a phone, and no script runs on it', async () => {
  const runId = await submit('fail');
  await server.waitForEnd(runId);
  await page.setViewportSize({ width: 360, height: 640 });
  await open(runId);
  const width = await page.evaluate('document.documentElement.scrollWidth');
  expect(width).toBeLessThanOrEqual(360);
  expect(await page.locator('script').count()).toBe(0);
});
