/** Longest error that a message repeats. */
const MOST_REPEATED = 300;

/** What a person needs of a Python trace: the error, and the last line of the file itself that led to it. */
export function describeTrace(trace: string, file: string): string {
  const lines = trace.split('\n').filter((line) => line.trim() !== '');
  const error = (lines.at(-1) ?? 'no reason given').trim().slice(0, MOST_REPEATED);
  const places = [...trace.matchAll(/File "([^"]*)", line (\d+)/g)].filter(([, path]) => isFile(String(path), file));
  const line = places.at(-1)?.[2];
  return line === undefined ? error : `line ${line}: ${error}`;
}

/** Airflow 2 names a file by its path, Airflow 3 by that within the folder. */
export function isFile(path: string, file: string): boolean {
  return path === file || path.endsWith(`/${file}`);
}
