import type { ColumnKind } from './query-tables.ts';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `12345` → `12,345`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `23500.5` → `23,500.5`; a median lies between two values at most by half. */
export function formatMedian(value: number): string {
  return oneDecimal.format(value);
}

/** Seconds for people: `<0.1 s`, `8.4 s`, `3 min 07 s`, `1 h 04 min`. */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds < 0.05) return '<0.1 s';
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 3_600) return `${Math.floor(total / 60)} min ${String(total % 60).padStart(2, '0')} s`;
  const minutes = Math.round(total / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `2026-11-22T06:00:03.214Z` → `2026-11-22 06:00:03 UTC`; any other text stays as it is. */
export function formatInstant(iso: string): string {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(iso) ?? [];
  return day === undefined || time === undefined ? iso : `${day} ${time} UTC`;
}

/** A cell of a result table; a dash where there is no value. */
export function formatCell(kind: ColumnKind, value: string | number | null): string {
  if (value === null) return '–';
  if (typeof value === 'string' || kind === 'year') return String(value);
  return kind === 'median' ? formatMedian(value) : formatCount(value);
}

/** One line without control characters, cut to `length` characters, for labels of a chart. */
export function shortenLabel(text: string, length: number): string {
  const characters = [...text.replace(/[\p{C}\s]+/gu, ' ').trim()];
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
