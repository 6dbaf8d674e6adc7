import { ApiError } from '../errors.ts';

/** The fields of a form, in whole. Forms of clients are small: the workspace takes at most 10 MB. */
export function parseMultipart(contentType: string, body: Buffer): Map<string, Buffer> {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw malformed('the form has no boundary');
  const fields = new Map<string, Buffer>();
  // Only at the start of a line: content may have the same text elsewhere. The first one may have no line before it.
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const form = Buffer.concat([Buffer.from('\r\n'), body]);
  for (let at = form.indexOf(delimiter); at !== -1;) {
    const start = at + delimiter.length;
    if (form.toString('latin1', start, start + 2) === '--') return fields;
    at = form.indexOf(delimiter, start);
    if (at === -1) break;
    // Between the delimiters: line end, head, empty line, content.
    const part = form.subarray(start + 2, at);
    const headEnd = part.indexOf('\r\n\r\n');
    const [, name] = /\bname="([^"]*)"/.exec(part.toString('utf8', 0, Math.max(headEnd, 0))) ?? [];
    if (name === undefined) throw malformed('a field of the form has no name');
    fields.set(name, part.subarray(headEnd + 4));
  }
  throw malformed('the form has no end');
}

function malformed(message: string): ApiError {
  return new ApiError(400, 'MALFORMED_REQUEST', message);
}
