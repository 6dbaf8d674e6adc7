import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/load.ts';
import { landedPrefix, parseLandedKey } from '../../domain/names.ts';
import { pinflow, runCommand } from '../support/processes.ts';
import { readToolchain } from '../support/read-toolchain.ts';
import { readReport } from '../support/read-report.ts';
import { useStackWithWorker } from '../support/running-stack.ts';

const ROWS = 11_154;
const first = { pipeline: 'pinterest', date: '2026-11-22' };
const second = { pipeline: 'pinterest', date: '2026-11-23' };

const stack = useStackWithWorker();

/** Hash over every file of the pipeline's tables: any write at all changes it. */
function hashTables(): string {
  const root = fileURLToPath(`${loadConfig().landing.tablesRoot}/${first.pipeline}`);
  const hash = createHash('sha256');
  for (const file of readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name);
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest('hex');
}

const counts = (changes: object) => ({
  ...{ intended: ROWS, acknowledged: ROWS, landed: ROWS, clean: 0, quarantined: 0, duplicate: 0 },
  ...{ lost: 0, phantom: 0, repeated: 0, corrupt: 0 },
  ...changes,
});

describe('a daily run of the 11,154 synthetic posts', () => {
  test('is started by the temporal command line with nothing but its date, and balances', async () => {
    const { temporal } = readToolchain();
    const input = JSON.stringify({ date: first.date });
    const target = ['--address', stack().config.temporal.address, '--workflow-id', `daily-pinterest-${first.date}`];
    const started = await runCommand(temporal, [
      ...['workflow', 'start', '--task-queue', 'pinflow', '--type', 'runPipeline', ...target, '--input', input],
    ]);
    expect({ code: started.code, stderr: started.stderr }).toEqual({ code: 0, stderr: '' });
    await stack().client.workflow.getHandle(`daily-pinterest-${first.date}`).result();

    const { ledger, queries, steps } = readReport(stack(), first);
    for (const kind of ['pin', 'geo', 'user'])
      expect({ kind, ...ledger[kind] }).toEqual({ kind, ...counts({ clean: ROWS }) });
    expect(Object.keys(queries)).toEqual(['q1', 'q2', 'q2_top', 'q3a', 'q3b', 'q4', 'q5', 'q6', 'q7', 'q8']);
    expect(Object.values(queries).every(({ rows }) => rows.length > 0)).toBe(true);
    expect(steps.map(({ name }) => name)).toEqual([
      'emulate',
      'plan',
      'land',
      'prove',
      'run-job',
      'reconcile',
      'report',
    ]);
  });

  test('lands objects of at least 1,000 records, contiguous in each partition', async () => {
    const { partitions } = stack().config.kafka;
    for (let partition = 0; partition < partitions; partition++) {
      const keys = await stack().store.listKeys(landedPrefix({ topic: 'pinterest.pin', partition }));
      let next = 0;
      for (const key of keys) {
        const metadata = await stack().store.readMetadata(key);
        expect(parseLandedKey(key)?.start).toBe(next);
        expect(Number(metadata?.['count'])).toBeGreaterThanOrEqual(1_000);
        next = Number(metadata?.['end-offset']);
      }
      expect(next).toBeGreaterThan(0);
    }
  });

  test('is found finished by a second start, which writes nothing', async () => {
    const before = hashTables();
    const { code, stdout } = await pinflow('run', first.date);
    expect(code).toBe(0);
    expect(stdout).toContain(`found the finished run daily-pinterest-${first.date}`);
    expect(hashTables()).toBe(before);
  });

  test('of the next date counts every unchanged row as duplicate and changes no result', async () => {
    const { code, stderr } = await pinflow('run', second.date);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [before, after] = [readReport(stack(), first), readReport(stack(), second)];
    for (const kind of ['pin', 'geo', 'user'])
      expect({ kind, ...after.ledger[kind] }).toEqual({ kind, ...counts({ duplicate: ROWS }) });
    expect(after.queries).toEqual(before.queries);
  });

  test('is told by status, step by step', async () => {
    const { code, stdout } = await pinflow('status', first.date);
    expect(code).toBe(0);
    expect(stdout).toContain(`daily-pinterest-${first.date}: completed`);
    expect(stdout).toMatch(/land +done +[\d.]+ +landed: pin 11154, geo 11154, user 11154/);
  });
});
