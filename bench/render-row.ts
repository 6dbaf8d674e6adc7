/** A row of a table in Markdown: median, least and most of a figure. */
export function renderRow(name: string, values: readonly number[], digits = 2): string {
  const cells = [median(values), Math.min(...values), Math.max(...values)].map((value) => formatNumber(value, digits));
  return `| ${[name, ...cells].join(' | ')} |`;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  return (at(Math.floor((sorted.length - 1) / 2)) + at(Math.ceil((sorted.length - 1) / 2))) / 2;
}

export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
