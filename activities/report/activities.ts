import type { PerKind } from '../../domain/kinds.ts';
import type { CleaningCounts, Ledger } from '../../domain/ledger.ts';
import { jobOutputKey, reportKey, temporalPage } from '../../domain/names.ts';
import { formatSource, type RunPlan } from '../../domain/run.ts';
import type { ObjectStore } from '../ports.ts';
import { buildReport, type ReportedStep } from './build-report.ts';
import type { DrawChart } from './chart.ts';
import { parseQueries } from './parse-queries.ts';
import { renderHtml } from './render-html.ts';

export interface ReportDependencies {
  readonly store: ObjectStore;
  readonly drawChart: DrawChart;
  readonly temporal: { readonly ui: string | undefined; readonly namespace: string };
}

/** What a finished run hands over to be reported; the query results are read from the store. */
export interface FinishedRun {
  readonly plan: RunPlan;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly ledger: Ledger;
  readonly carriedOver: PerKind<CleaningCounts>;
  readonly strays: PerKind<number>;
  /** The steps before the report. */
  readonly steps: readonly ReportedStep[];
  readonly databricksUrl: string;
}

export function createReportActivities({ store, drawChart, temporal }: ReportDependencies) {
  return {
    /** Writes report.html and report.json and returns their keys. */
    async writeReport(finished: FinishedRun): Promise<{ html: string; json: string }> {
      const begun = Date.now();
      const { plan, ledger, carriedOver, strays, startedAt, databricksUrl } = finished;
      const { workflowId, pipeline, date, seed, order } = plan;
      const text = await store.readObject(jobOutputKey(workflowId, 'queries'));
      const queries = parseQueries(text?.toString('utf8') ?? '');
      const temporalUrl = temporalPage(temporal, workflowId);
      const run = {
        ...{ workflowId, pipeline, date, seed, order, startedAt },
        source: formatSource(plan.source),
        ...(temporalUrl !== undefined && { temporalUrl }),
        ...(databricksUrl !== '' && { databricksUrl }),
      };
      const steps = [...finished.steps, { name: 'report', seconds: (Date.now() - begun) / 1_000 }];
      const input = { run, ledger, carriedOver, strays, queries, steps };
      const [html, json] = [reportKey(workflowId, 'report.html'), reportKey(workflowId, 'report.json')];
      const body = renderHtml(input, drawChart);
      await store.replaceObject({ key: html, body, contentType: 'text/html; charset=utf-8' });
      await store.replaceObject({
        key: json,
        body: JSON.stringify(buildReport(input), undefined, 1),
        contentType: 'application/json',
      });
      return { html, json };
    },
  };
}
