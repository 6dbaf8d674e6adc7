import { createHash } from 'node:crypto';
import { renderDatabricks } from './render-databricks.ts';
import { renderTemporal } from './render-temporal.ts';
import type { DailyDag, Flavour } from './spec.ts';

const RENDERERS = { temporal: renderTemporal, databricks: renderDatabricks };

/** The text of the DAG file. The same schedule and flavour are always the same bytes. */
export function renderDag(dag: DailyDag, flavour: Flavour): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([flavour, dag]))
    .digest('hex');
  const header = `# Made by Pinflow's DAG generator from a schedule with the SHA-256
# ${hash}.
# Do not edit: change dags/schedules.ts, then "npm run dags" writes this file anew.
`;
  return RENDERERS[flavour](dag, header);
}
