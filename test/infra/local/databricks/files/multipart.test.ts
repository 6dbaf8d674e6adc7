import fc from 'fast-check';
import { parseMultipart } from '../../../../../infra/local/databricks/files/multipart.ts';

const TYPE = 'multipart/form-data; boundary=limit';
const form = (...lines: string[]) => Buffer.from(lines.join('\r\n'));
const field = 'Content-Disposition: form-data; filename="f"; name="content"';

test('every content of a field comes back byte by byte', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 5 }),
    fc.constantFrom('--limit', '\r\n', '\r\n--', '--').map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const content = Buffer.concat(pieces);
      fc.pre(!`\r\n${content.toString('latin1')}`.includes('\r\n--limit'));
      const body = Buffer.concat([form('--limit', field, '', ''), content, form('', '--limit--', '')]);
      expect(parseMultipart(TYPE, body)).toEqual(new Map([['content', content]]));
    }),
  );
});

test('a quoted boundary and a preamble are understood', () => {
  const body = form('preamble', '--limit', field, '', 'x', '--limit--');
  expect(parseMultipart('multipart/form-data; boundary="limit"; charset=x', body).get('content')?.toString()).toBe('x');
});

test.each([
  ['multipart/form-data', form('--limit', field, '', 'x', '--limit--'), 'the form has no boundary'],
  [TYPE, form('--limit', field, '', 'x'), 'the form has no end'],
  [TYPE, form('--limit', 'Content-Type: text/plain', '', 'x', '--limit--'), 'a field of the form has no name'],
  [TYPE, Buffer.alloc(0), 'the form has no end'],
])('a broken form is refused (%#)', (type, body, message) => {
  expect(() => parseMultipart(type, body)).toThrow(message);
});
