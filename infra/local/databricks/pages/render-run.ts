import { html, type Markup, NOTHING } from '../../../../activities/report/html.ts';
import type { Run, RunEpisode, TaskRun } from '../jobs/model.ts';
import { phaseOf } from '../jobs/run-view.ts';
import { kindOf } from '../jobs/settings.ts';
import { renderDuration, renderFacts, renderPage, renderState, renderTime } from './layout.ts';

/** A run with its task runs and repairs, and a button that cancels it while it is active. */
export function renderRun(run: Run): string {
  const { settings, startTime, begunTime, endTime, message, episodes } = run;
  const isActive = run.outcome === null;
  const header = html`<p class="eyebrow"><a href="/">Runs</a> / job ${run.jobId}</p>
    <h1>${settings.name} ${renderState(phaseOf(run))} ${isActive ? renderCancel(run.jobId, run.runId) : NOTHING}</h1>
    ${message === '' ? NOTHING : html`<p>${message}</p>`}
    ${renderFacts({
      run: run.runId,
      started: renderTime(startTime),
      took: renderDuration(begunTime, endTime),
      trigger: run.trigger.toLowerCase().replaceAll('_', ' '),
      kind: run.type === 'JOB_RUN' ? 'run of a job' : 'submitted run',
    })}`;
  const tasks = html`<h2>Tasks</h2>
    ${renderTaskRuns(run.jobId, run.tasks)}`;
  const repairs = episodes.length > 1 ? renderEpisodes(episodes) : NOTHING;
  return renderPage({ title: settings.name, body: [header, tasks, repairs], isLive: isActive });
}

/** A form, because the page runs no script. */
export function renderCancel(jobId: number, runId: number): Markup {
  return html`<form method="post" action="/jobs/${jobId}/runs/${runId}/cancel"><button>Cancel</button></form>`;
}

/** Task runs, or iterations of one; every attempt has a line. */
export function renderTaskRuns(jobId: number, tasks: readonly TaskRun[]): Markup {
  return html`<div class="box">
    <table>
      <thead>
        <tr>
          <th>task</th>
          <th>state</th>
          <th>kind</th>
          <th>attempt</th>
          <th>started</th>
          <th>took</th>
          <th>depends on</th>
        </tr>
      </thead>
      <tbody>
        ${tasks.map((task) => renderTaskRow(jobId, task))}
      </tbody>
    </table>
  </div>`;
}

function renderTaskRow(jobId: number, task: TaskRun): Markup {
  const { settings, runningTime, startTime, endTime, iteration } = task;
  const dependsOn = (settings.depends_on ?? []).map(({ task_key: key }) => key).join(', ');
  const name = iteration === null ? settings.task_key : `${settings.task_key} [${iteration}]`;
  return html`<tr>
    <td><a href="/jobs/${jobId}/runs/${task.runId}">${name}</a></td>
    <td>${renderState(task.phase)}</td>
    <td>
      ${kindOf(settings)
        .replace(/_task$/, '')
        .replaceAll('_', ' ')}
    </td>
    <td>${task.attempt + 1}</td>
    <td>${renderTime(startTime)}</td>
    <td>${renderDuration(runningTime, endTime)}</td>
    <td>${dependsOn}</td>
  </tr>`;
}

function renderEpisodes(episodes: readonly RunEpisode[]): Markup {
  const rows = episodes.map(
    ({ repairId, startTime, endTime, outcome, message }) =>
      html`<tr>
        <td>${repairId === null ? 'original' : `repair ${repairId}`}</td>
        <td>${renderState(outcome ?? 'RUNNING')}</td>
        <td>${renderTime(startTime)}</td>
        <td>${renderDuration(startTime, endTime)}</td>
        <td>${message}</td>
      </tr>`,
  );
  return html`<h2>Repairs</h2>
    <div class="box">
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}
