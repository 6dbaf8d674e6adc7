import { html, type Markup, NOTHING } from '../../../../activities/report/html.ts';
import type { Run, TaskOutput, TaskRun } from '../jobs/model.ts';
import { kindOf } from '../jobs/settings.ts';
import { isActive } from '../jobs/states.ts';
import type { PrintedLines } from '../jobs/task-view.ts';
import type { Display } from './read-displays.ts';
import { renderDuration, renderFacts, renderPage, renderState, renderTime } from './layout.ts';
import { renderCancel, renderTaskRuns } from './render-run.ts';

export interface TaskPage {
  readonly run: Run;
  readonly task: TaskRun;
  readonly output: TaskOutput;
  readonly printed: PrintedLines;
  readonly displays: readonly Display[];
  readonly iterations: readonly TaskRun[];
}

/** One task run: what it was given, what came out of it, what it printed and showed. */
export function renderTask(page: TaskPage): string {
  const { run, task } = page;
  const { settings, phase, message, runningTime, endTime } = task;
  const active = isActive(phase);
  const header = html`<p class="eyebrow">
      <a href="/">Runs</a> / <a href="/jobs/${run.jobId}/runs/${run.runId}">${run.settings.name}</a>
    </p>
    <h1>${settings.task_key} ${renderState(phase)} ${active ? renderCancel(run.jobId, task.runId) : NOTHING}</h1>
    ${message === '' ? NOTHING : html`<p>${message}</p>`}
    ${renderFacts({
      'task run': task.runId,
      attempt: task.attempt + 1,
      started: renderTime(task.startTime),
      waited: renderDuration(task.startTime, runningTime ?? endTime),
      ran: renderDuration(runningTime, endTime),
      decided: task.conditionOutcome ?? undefined,
      started_run: task.childRunId ?? undefined,
    })}`;
  const settingsShown = task.resolved ?? (settings[kindOf(settings)] as object);
  const body = [header, renderText('Settings', JSON.stringify(settingsShown, null, 2)), ...renderOutput(page)];
  return renderPage({ title: settings.task_key, body, isLive: active });
}

function renderOutput({ run, output, printed, displays, iterations }: TaskPage): Markup[] {
  const cut = printed.truncated ? ' (the last 5 MB)' : '';
  return [
    iterations.length > 0
      ? html`<h2>Iterations</h2>
          ${renderTaskRuns(run.jobId, iterations)}`
      : NOTHING,
    output.result === null ? NOTHING : renderText('Result', output.result),
    output.error === null ? NOTHING : renderText('Error', output.errorTrace ?? output.error),
    printed.text === '' ? NOTHING : renderText(`Printed${cut}`, printed.text),
    ...displays.map(renderDisplay),
  ];
}

function renderText(title: string, text: string): Markup {
  // Not indented: white space counts inside.
  return html`<h2>${title}</h2>
    <pre>${text}</pre>`;
}

function renderDisplay(display: Display): Markup {
  if ('text' in display) return renderText('Displayed', display.text);
  return html`<h2>Displayed</h2>
    <div class="box">
      <table>
        <thead>
          <tr>
            ${display.columns.map((name) => html`<th>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${display.rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell) => html`<td>${typeof cell === 'string' ? cell : JSON.stringify(cell)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${display.isCut ? html`<p class="note">and more rows</p>` : NOTHING}`;
}
