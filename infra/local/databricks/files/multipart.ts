import { ApiError } from '../errors.ts';

/** The fields of a form, in whole. Forms of clients are small: the workspace takes at most 10 MB. */
export function parseMultipart(contentType: string, body: Buffer): Map<string, Buffer> {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;]+))/.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new ApiError(400, 'MALFORMED_REQUEST', 'the form has no boundary');
  const fields = new Map<string, Buffer>();
  const delimiter = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(delimiter); at !== -1;) {
    const next = body.indexOf(delimiter, at + delimiter.length);
    if (next === -1) break;
    // Between the delimiters: line end, head, empty line, content, line end.
    const part = body.subarray(at + delimiter.length + 2, next - 2);
    const headEnd = part.indexOf('\r\n\r\n');
    const [, name] = /\bname="([^"]*)"/.exec(part.toString('utf8', 0, headEnd)) ?? [];
    if (headEnd === -1 || name === undefined)
      throw new ApiError(400, 'MALFORMED_REQUEST', 'a field of the form has no name');
    fields.set(name, part.subarray(headEnd + 4));
    at = next;
  }
  return fields;
}
