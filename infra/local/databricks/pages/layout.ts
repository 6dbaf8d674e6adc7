import { html, type Markup, NOTHING, trustMarkup } from '../../../../activities/report/html.ts';
import type { Phase } from '../jobs/states.ts';

/** What all pages have in common. They run no script; an active run's page loads itself again. */

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'";
/** Often enough to watch a run, rarely enough to read its page. */
const REFRESH_SECONDS = 2;

const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2733; --soft: #5b6875; --rule: #dde2e7; --accent: #2f5f8f; --good: #1f6b45; --bad: #a8261c; --tint: #f5f7f9 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14191f; --ink: #e3e8ed; --soft: #98a4b0; --rule: #2d363f; --accent: #6fa3d8; --good: #6cc79a; --bad: #f08a80; --tint: #1b2229 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif }
main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px }
h1 { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; margin: 0; font-size: 26px; font-weight: 650; line-height: 1.25; overflow-wrap: anywhere }
h2 { margin: 36px 0 10px; font-size: 18px; font-weight: 650 }
.eyebrow, dt, thead th, .note { color: var(--soft); font-size: 13px; font-weight: 400 }
.eyebrow { margin: 0 0 6px }
dl { display: flex; flex-wrap: wrap; gap: 10px 28px; margin: 16px 0 0 }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
a { color: var(--accent); text-underline-offset: 2px }
code, pre { font: 13px/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace }
pre { margin: 0; padding: 12px 14px; max-height: 480px; overflow: auto; background: var(--tint); white-space: pre-wrap; overflow-wrap: anywhere }
.box { overflow-x: auto }
table { width: 100%; border-collapse: collapse; font-size: 14px }
th, td { padding: 6px 16px 6px 0; text-align: left; vertical-align: top; font-variant-numeric: tabular-nums }
thead th { white-space: nowrap; border-bottom: 1px solid var(--rule) }
tbody tr + tr td { border-top: 1px solid var(--rule) }
time { white-space: nowrap }
.state { display: inline-block; padding: 0 9px; border: 1px solid; border-radius: 99px; font-size: 13px; font-weight: 600; white-space: nowrap; color: var(--soft) }
.state.good { color: var(--good) }
.state.bad { color: var(--bad) }
.state.active { color: var(--accent) }
form { margin: 0 0 0 auto }
button { padding: 5px 14px; border: 1px solid var(--bad); border-radius: 6px; background: none; color: var(--bad); font-family: inherit; font-size: 14px; font-weight: 500; letter-spacing: 0; cursor: pointer }
button:hover { background: var(--tint) }
`;

export interface Page {
  readonly title: string;
  readonly body: readonly Markup[];
  /** Something on it may still change. */
  readonly isLive: boolean;
}

export function renderPage({ title, body, isLive }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        ${isLive ? html`<meta http-equiv="refresh" content="${REFRESH_SECONDS}" />` : NOTHING}
        <title>${title} · local Databricks</title>
        <style>
          ${trustMarkup(STYLE)}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`.text;
}

const GOOD: readonly Phase[] = ['SUCCESS', 'SUCCESS_WITH_FAILURES'];
const QUIET: readonly Phase[] = ['EXCLUDED', 'DISABLED', 'BLOCKED', 'QUEUED'];
const ACTIVE: readonly Phase[] = ['PENDING', 'RUNNING', 'TERMINATING', 'WAITING_FOR_RETRY'];

export function renderState(phase: Phase): Markup {
  const tone = GOOD.includes(phase) ? 'good' : ACTIVE.includes(phase) ? 'active' : QUIET.includes(phase) ? '' : 'bad';
  return html`<span class="state ${tone}">${phase.replaceAll('_', ' ').toLowerCase()}</span>`;
}

export function renderTime(time: number): Markup {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
}

/** How long something took, or has taken until now. */
export function renderDuration(start: number | null, end: number | null): string {
  if (start === null) return '–';
  const seconds = ((end ?? Date.now()) - start) / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** Terms and what they say; those without a value are left out. */
export function renderFacts(facts: Readonly<Record<string, string | number | Markup | undefined>>): Markup {
  const shown = Object.entries(facts).flatMap(([term, value]) => (value === undefined ? [] : [{ term, value }]));
  return html`<dl>
    ${shown.map(
      ({ term, value }) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
