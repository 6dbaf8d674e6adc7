import { RECORD_KINDS, type PerKind } from '../../domain/kinds.ts';
import {
  type CleaningCounts,
  countCleaned,
  findImbalances,
  type KindLedger,
  type Ledger,
} from '../../domain/ledger.ts';
import type { ReportInput } from './build-report.ts';
import { formatCount, joinWords } from './format-values.ts';
import { html, type Markup, NOTHING } from './html.ts';

interface Station {
  readonly line: 'station' | 'part' | 'sum';
  readonly title: string;
  readonly count: (own: KindLedger) => number;
  /** What the count has to equal. */
  readonly expected?: (own: KindLedger) => number;
}

/** The stations of a record from intent to table, as the lines of an account. */
const STATIONS: readonly Station[] = [
  { line: 'station', title: 'Intended', count: (own) => own.intended },
  { line: 'station', title: 'Acknowledged', count: (own) => own.acknowledged, expected: (own) => own.intended },
  { line: 'station', title: 'Landed', count: (own) => own.landed, expected: (own) => own.acknowledged },
  { line: 'part', title: 'Lost', count: (own) => own.lost, expected: () => 0 },
  { line: 'part', title: 'Phantom', count: (own) => own.phantom, expected: () => 0 },
  { line: 'part', title: 'Corrupt', count: (own) => own.corrupt, expected: () => 0 },
  { line: 'part', title: 'Second copies', count: (own) => own.repeated },
  { line: 'part', title: 'Clean', count: (own) => own.clean },
  { line: 'part', title: 'Quarantined', count: (own) => own.quarantined },
  { line: 'part', title: 'Duplicate', count: (own) => own.duplicate },
  { line: 'sum', title: 'Accounted for', count: countCleaned, expected: (own) => own.landed },
];

/** The ledger as a table of accounts, what does not balance in words, and notes of what else was found. */
export function renderLedger({
  ledger,
  carriedOver,
  strays,
}: Pick<ReportInput, 'ledger' | 'carriedOver' | 'strays'>): Markup {
  const imbalances = findImbalances(ledger);
  return html`<section class="ledger" aria-labelledby="ledger">
    <h2 id="ledger">Ledger ${renderMark(imbalances)}</h2>
    <table>
      <thead>
        <tr>
          <th scope="col">Records</th>
          ${RECORD_KINDS.map((kind) => html`<th scope="col" class="n">${kind}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${STATIONS.map((station) => renderStation(station, ledger))}
      </tbody>
    </table>
    ${renderImbalances(imbalances)}${renderCarriedOver(carriedOver)}${renderStrays(strays)}
  </section>`;
}

/** Says in one word, and not by colour alone, whether every record is accounted for (I1). */
export function renderMark(imbalances: readonly string[]): Markup {
  return imbalances.length === 0
    ? html`<span class="mark good">✓ balanced</span>`
    : html`<span class="mark bad">✗ unbalanced</span>`;
}

function renderStation({ title, line, count, expected }: Station, ledger: Ledger): Markup {
  const cells = RECORD_KINDS.map((kind) => {
    const [actual, wanted] = [count(ledger[kind]), expected?.(ledger[kind])];
    return wanted === undefined || actual === wanted
      ? html`<td class="n">${formatCount(actual)}</td>`
      : html`<td class="n off">≠ ${formatCount(actual)}</td>`;
  });
  return html`<tr class="${line}">
    <th scope="row">${title}</th>
    ${cells}
  </tr>`;
}

function renderImbalances(imbalances: readonly string[]): Markup {
  if (imbalances.length === 0) return NOTHING;
  return html`<ul class="problems">
    ${imbalances.map((problem) => html`<li>${problem}</li>`)}
  </ul>`;
}

function renderCarriedOver(carriedOver: PerKind<CleaningCounts>): Markup {
  const carried = RECORD_KINDS.filter((kind) => countCleaned(carriedOver[kind]) > 0);
  if (carried.length === 0) return NOTHING;
  const parts = carried.map((kind) => {
    const { clean, quarantined, duplicate } = carriedOver[kind];
    const counts = `${formatCount(clean)} clean, ${formatCount(quarantined)} quarantined, ${formatCount(duplicate)} duplicate`;
    return `${kind} ${formatCount(clean + quarantined + duplicate)} (${counts})`;
  });
  return html`<p class="note">
    Carried over: this run also landed and cleaned records that others, or earlier unfinished runs, had sent:
    ${joinWords(parts)}. They are not part of the ledger.
  </p>`;
}

function renderStrays(strays: PerKind<number>): Markup {
  const found = RECORD_KINDS.filter((kind) => strays[kind] > 0);
  if (found.length === 0) return NOTHING;
  return html`<p class="note">
    Strays: among the landed objects lie others that landing did not write:
    ${joinWords(found.map((kind) => `${kind} ${formatCount(strays[kind])}`))}. Nothing reads them.
  </p>`;
}
