import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { summariseRun } from '../../client/summarise-run.ts';
import { mapKinds } from '../../domain/kinds.ts';
import type { RunPipelineResult } from '../../domain/run.ts';

const none = mapKinds(() => ({ clean: 0, quarantined: 0, duplicate: 0 }));

const result: RunPipelineResult = {
  workflowId: 'daily-pinterest-2026-11-22',
  ledger: mapKinds(() => ({
    ...{ intended: 3, acknowledged: 3, landed: 3, clean: 2, quarantined: 1, duplicate: 0 },
    ...{ lost: 0, phantom: 0, corrupt: 0, repeated: 4 },
  })),
  carriedOver: none,
  steps: [{ name: 'emulate', seconds: 1.234 }],
  report: { html: 'run/report.html', json: 'run/report.json' },
};

describe('summary of a run', () => {
  test('shows ledger, results, timings and where to look, and ends with the report', () => {
    const root = mkdtempSync(join(tmpdir(), 'pinflow-summary-'));
    mkdirSync(join(root, 'run'));
    const rows = Array.from({ length: 12 }, (_, i) => [`country ${i}`, i]);
    writeFileSync(
      join(root, 'run/report.json'),
      JSON.stringify({ queries: { q1: { columns: ['country', 'count'], rows } } }),
    );

    const lines = summariseRun({ result, landingRoot: pathToFileURL(root).href, runPage: 'http://ui.invalid/run' });

    expect(lines.slice(0, 5)).toEqual([
      '',
      'ledger of daily-pinterest-2026-11-22',
      'kind  intended  acknowledged  landed  clean  quarantined  duplicate',
      '----  --------  ------------  ------  -----  -----------  ---------',
      'pin          3             3       3      2            1          0',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining(['kind  lost  phantom  corrupt  repeated', 'pin      0        0        0         4']),
    );
    expect(lines).toContain('… 2 more in the report');
    expect(lines.slice(-4)).toEqual([
      'emulate      1.2',
      '',
      'run in the Temporal UI: npm run local:up, then open http://ui.invalid/run',
      `report: ${root}/run/report.html`,
    ]);
    expect(lines.join('\n')).not.toContain('sent by others');
  });

  test('tells by how much a run was late', () => {
    const late = { since: '2026-11-22T06:17:00Z', seconds: 61 };
    const lines = summariseRun({ result: { ...result, late }, landingRoot: 's3://bucket', runPage: undefined });
    expect(lines).toContain('late by 2 min: was to be done by 2026-11-22T06:17:00Z');
  });

  test('tells of records that others sent, and gives addresses where the store is no folder', () => {
    const carriedOver = { ...none, geo: { clean: 4, quarantined: 0, duplicate: 1 } };
    const lines = summariseRun({ result: { ...result, carriedOver }, landingRoot: 's3://bucket', runPage: undefined });

    expect(lines).toEqual(
      expect.arrayContaining(['landed with this run, sent by others', 'geo       4            0          1']),
    );
    expect(lines).toContain('results: s3://bucket/run/report.json');
    expect(lines.at(-1)).toBe('report: s3://bucket/run/report.html');
  });
});
