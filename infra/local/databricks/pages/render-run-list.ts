import { html, type Markup } from '../../../../activities/report/html.ts';
import type { Run } from '../jobs/model.ts';
import { phaseOf } from '../jobs/run-view.ts';
import { renderDuration, renderPage, renderState, renderTime } from './layout.ts';

/** The newest runs, each with a link to its page. */
export function renderRunList(runs: readonly Run[]): string {
  const body = html`<h1>Runs</h1>
    <p class="note">The newest ${runs.length}, on a local double of the Databricks Jobs API.</p>
    <div class="box">
      <table>
        <thead>
          <tr>
            <th>run</th>
            <th>state</th>
            <th>started</th>
            <th>took</th>
            <th>tasks</th>
          </tr>
        </thead>
        <tbody>
          ${runs.map(renderRow)}
        </tbody>
      </table>
    </div>`;
  return renderPage({ title: 'Runs', body: [body], isLive: runs.some(({ outcome }) => outcome === null) });
}

function renderRow(run: Run): Markup {
  return html`<tr>
    <td><a href="/jobs/${run.jobId}/runs/${run.runId}">${run.settings.name}</a></td>
    <td>${renderState(phaseOf(run))}</td>
    <td>${renderTime(run.startTime)}</td>
    <td>${renderDuration(run.begunTime, run.endTime)}</td>
    <td>${run.settings.tasks.length}</td>
  </tr>`;
}
