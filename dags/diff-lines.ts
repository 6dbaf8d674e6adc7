import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** What would change in a file, as a unified diff. */
export function diffLines(path: string, before: string, after: string): string {
  return createTwoFilesPatch(path, path, before, after, 'as it is', 'as it would be', {
    headerOptions: FILE_HEADERS_ONLY,
  });
}
