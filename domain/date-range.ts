import { isLogicalDate } from './names.ts';

/** Days from the first to the last, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

const DAY_MS = 86_400_000;

/** Every date of the range, oldest first. */
export function listDates({ from, to }: DateRange): string[] {
  return Array.from({ length: countDates({ from, to }) }, (_, day) =>
    new Date(Date.parse(from) + day * DAY_MS).toISOString().slice(0, 10),
  );
}

function countDates({ from, to }: DateRange): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
}

/** One line for each bad field; `most` is how many dates the range may have. */
export function findRangeProblems(
  { from, to }: { readonly from: unknown; readonly to: unknown },
  most: number,
): string[] {
  const problems = Object.entries({ from, to })
    .filter(([, date]) => typeof date !== 'string' || !isLogicalDate(date))
    .map(([name, date]) => `${name}: expected a day as YYYY-MM-DD, got ${JSON.stringify(date)}`);
  if (problems.length > 0) return problems;
  const dates = countDates({ from, to } as DateRange);
  if (dates < 1) return [`to: expected a day that is not before "${String(from)}", got "${String(to)}"`];
  return dates > most ? [`to: expected at most ${most} dates, got ${dates}; split the range`] : [];
}
