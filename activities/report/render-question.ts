import type { QueryTable } from '../ports.ts';
import type { Chart, DrawChart } from './chart.ts';
import { formatCell, formatCount } from './format-values.ts';
import { html, type Markup, NOTHING, trustMarkup } from './html.ts';
import { COLUMN_KINDS, type ColumnName, QUERY_COLUMNS, type QueryName, type QueryTables } from './query-tables.ts';
import type { Question } from './questions.ts';

/** Longer tables scroll in a box of fixed height. */
const ROWS_IN_SIGHT = 12;
/** No table of the course's data is this long; a page of many megabytes helps nobody. */
const ROWS_AT_MOST = 2_000;

const TITLES: Readonly<Record<ColumnName, string>> = {
  country: 'Country',
  category: 'Category',
  poster_name: 'User',
  age_group: 'Age group',
  post_year: 'Year',
  category_count: 'Posts',
  follower_count: 'Followers',
  number_users_joined: 'Users joined',
  median_follower_count: 'Median followers',
};

export interface QuestionParts {
  readonly question: Question;
  readonly number: number;
  readonly queries: QueryTables;
  readonly drawChart: DrawChart;
}

/** One question with its answer in words, its tables and its chart. */
export function renderQuestion({ question, number, queries, drawChart }: QuestionParts): Markup {
  const answer = question.answer?.(queries);
  const chart = question.chart.draw(queries);
  return html`<section class="question" id="question-${number}">
    <h3><span class="number">${number}</span> ${question.words}</h3>
    <p class="note">${question.definition}</p>
    ${answer === undefined ? NOTHING : html`<p class="answer">${answer}</p>`}
    <div class="pair">
      <div>${question.tables.map(({ name, caption }) => renderTable({ name, caption, table: queries[name] }))}</div>
      ${chart === undefined ? NOTHING : renderChart({ chart, caption: question.chart.caption, drawChart })}
    </div>
  </section>`;
}

export interface ChartParts {
  readonly chart: Chart;
  readonly caption: string;
  readonly drawChart: DrawChart;
}

/** A chart with its caption, and its numbers in words for those who do not see it. */
export function renderChart({ chart, caption, drawChart }: ChartParts): Markup {
  return html`<figure>
    <figcaption>${caption}</figcaption>
    <div role="img" aria-label="${caption}: ${describeChart(chart)}">${trustMarkup(drawChart(chart))}</div>
  </figure>`;
}

function describeChart(chart: Chart): string {
  // Too much to listen to, and the table beside it has the same numbers.
  if (chart.shape === 'matrix') return 'a matrix of the table';
  const describe = (value: number | null) => (value === null ? 'no value' : chart.formatValue(value));
  return chart.labels.map((label, index) => `${label} ${describe(chart.values[index] ?? null)}`).join(', ');
}

interface TableParts {
  readonly name: QueryName;
  readonly caption: string;
  readonly table: QueryTable;
}

function renderTable({ name, caption, table: { rows } }: TableParts): Markup {
  if (rows.length === 0) {
    return html`<p class="empty">${caption}: no rows. The clean tables hold nothing that this question asks for.</p>`;
  }
  const columns: readonly ColumnName[] = QUERY_COLUMNS[name];
  const shown = rows.slice(0, ROWS_AT_MOST);
  const count = rows.length === 1 ? '1 row' : `${formatCount(rows.length)} rows`;
  const cut =
    shown.length < rows.length ? html`, the first ${formatCount(ROWS_AT_MOST)} shown; report.json has all` : NOTHING;
  const box =
    rows.length > ROWS_IN_SIGHT
      ? html`class="box scroll" tabindex="0" role="region" aria-label="${caption}"`
      : html`class="box"`;
  return html`<p class="caption">${caption} <span class="count">${count}${cut}</span></p>
    <div ${box}>
      <table>
        <thead>
          <tr>
            ${columns.map((column) => html`<th scope="col" ${alignment(column)}>${TITLES[column]}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map((row) => renderRow(columns, row))}
        </tbody>
      </table>
    </div>`;
}

function renderRow(columns: readonly ColumnName[], row: QueryTable['rows'][number]): Markup {
  const cells = columns.map((column, index) => {
    return html`<td${alignment(column)}>${formatCell(COLUMN_KINDS[column], row[index] ?? null)}</td>`;
  });
  return html`<tr>
    ${cells}
  </tr> `;
}

function alignment(column: ColumnName): Markup {
  const kind = COLUMN_KINDS[column];
  return kind === 'count' || kind === 'median' ? html` class="n"` : NOTHING;
}
