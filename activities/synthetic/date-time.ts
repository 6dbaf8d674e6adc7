/** Dates of the data have no zone; they are taken as UTC. */

/** `YYYY-MM-DD HH:MM:SS` as seconds since the epoch. */
export function toEpochSeconds(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`) / 1_000;
}

/** Seconds since the epoch as `YYYY-MM-DD HH:MM:SS`, the way MySQL prints a DATETIME. */
export function formatDateTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}
