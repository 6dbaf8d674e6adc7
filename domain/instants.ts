/** A point of time as it stands in inputs, ids and texts for people: UTC, to the second, such as `2026-11-22T06:17:00Z`. */
export function formatInstant(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** Only what {@link formatInstant} writes: one spelling for one point of time. */
export function isInstant(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && formatInstant(time) === text;
}
