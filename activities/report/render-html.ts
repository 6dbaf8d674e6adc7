import { findImbalances } from '../../domain/ledger.ts';
import type { ReportedRun, ReportedStep, ReportInput } from './build-report.ts';
import type { Chart, DrawChart } from './chart.ts';
import { formatDuration, formatInstant } from './format-values.ts';
import { html, type Markup, NOTHING, pickWebAddress, trustMarkup } from './html.ts';
import { QUESTIONS } from './questions.ts';
import { renderLedger, renderMark } from './render-ledger.ts';
import { renderChart, renderQuestion } from './render-question.ts';
import { STYLE } from './style.ts';

/** Whatever might slip through, the page runs no script and fetches nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The content of report.html: one page that needs nothing else. Equal inputs give equal bytes. */
export function renderHtml(input: ReportInput, drawChart: DrawChart): string {
  const { run, queries, steps } = input;
  const questions = QUESTIONS.map((question, index) =>
    renderQuestion({ question, number: index + 1, queries, drawChart }),
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="referrer" content="no-referrer" />
        <title>${run.pipeline} ${run.date} · Pinflow run report</title>
        <style>
          ${trustMarkup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${renderHeader(input)}
          <div class="pair">${renderLedger(input)} ${renderSteps(steps, drawChart)}</div>
          <h2 class="break">The eight questions</h2>
          ${questions}
        </main>
      </body>
    </html> `.text;
}

function renderHeader({ run, ledger, steps }: ReportInput): Markup {
  return html`<header>
    <p class="eyebrow">Pinflow run report</p>
    <h1>${run.pipeline} <span class="date">${run.date}</span> ${renderMark(findImbalances(ledger))}</h1>
    <dl>
      <div>
        <dt>Run</dt>
        <dd><code>${run.workflowId}</code></dd>
      </div>
      <div>
        <dt>Started</dt>
        <dd>${formatInstant(run.startedAt)}</dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd>${formatDuration(totalSeconds(steps))}</dd>
      </div>
      <div>
        <dt>Source</dt>
        <dd>${run.source}</dd>
      </div>
      <div>
        <dt>Emulation</dt>
        <dd>${run.order}, seed ${run.seed}</dd>
      </div>
      ${renderLinks(run)}
    </dl>
  </header>`;
}

function renderLinks({ temporalUrl, databricksUrl }: ReportedRun): Markup {
  const links = [
    { title: 'Temporal workflow', address: pickWebAddress(temporalUrl) },
    { title: 'Databricks run', address: pickWebAddress(databricksUrl) },
  ].flatMap(({ title, address }) => (address === undefined ? [] : [html`<a href="${address}">${title}</a>`]));
  return links.length === 0
    ? NOTHING
    : html`<div>
        <dt>Open</dt>
        <dd class="links">${links}</dd>
      </div>`;
}

function renderSteps(steps: readonly ReportedStep[], drawChart: DrawChart): Markup {
  const chart: Chart = {
    shape: 'bars',
    labels: steps.map(({ name }) => name),
    values: steps.map(({ seconds }) => seconds),
    formatValue: formatDuration,
  };
  const drawing =
    steps.length === 0
      ? html`<p class="empty">No step was timed.</p>`
      : renderChart({ chart, caption: `Time by step, ${formatDuration(totalSeconds(steps))} in all`, drawChart });
  return html`<section aria-labelledby="steps">
    <h2 id="steps">Steps</h2>
    ${drawing}
  </section>`;
}

function totalSeconds(steps: readonly ReportedStep[]): number {
  return steps.reduce((total, { seconds }) => total + seconds, 0);
}
