import fc from 'fast-check';
import { html, pickWebAddress, trustMarkup } from '../../../activities/report/html.ts';

const UNESCAPE: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

test('text that is put in is escaped', () => {
  expect(html`<b title="${'a"b'}">${"<script>&'</script>"}</b>`.text).toBe(
    '<b title="a&quot;b">&lt;script&gt;&amp;&#39;&lt;/script&gt;</b>',
  );
});

test('markup that is put in stays markup, alone and in a list', () => {
  const cells = ['a', '<'].map((name) => html`<td>${name}</td>`);
  expect(html`<b>${cells}${trustMarkup('<svg></svg>')}${1}</b>`.text).toBe(
    '<b><td>a</td><td>&lt;</td><svg></svg>1</b>',
  );
});

test('an object that only looks like markup is no markup', () => {
  const forged = JSON.parse('{"text":"<script>"}') as never;
  expect(() => html`${forged}`).toThrow(TypeError);
});

test('the indentation of a template is dropped and that of a text kept', () => {
  const list = html`<ul>
    <li>${'a\n    b'}</li>
  </ul>`;
  expect(list.text).toBe('<ul>\n<li>a\n    b</li>\n</ul>');
});

test('characters that HTML may not contain are replaced', () => {
  expect(html`${'a\u0000b\u001bc\ud800d\te'}`.text).toBe('a\ufffdb\ufffdc\ufffdd\te');
});

test('any text stays text and can be read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const escaped = html`${text}`.text;
      expect(escaped).not.toMatch(/[<>"']/);
      const readBack = escaped.replace(/&([a-z]+|#39);/g, (_, name: string) => UNESCAPE[name] ?? '?');
      expect(readBack).toBe(text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd'));
    }),
  );
});

test.each([
  ['http://127.0.0.1:8233/x', true],
  ['HTTPS://host/#job/1', true],
  ['javascript:alert(1)//http://', false],
  [' http://host', false],
  ['data:text/html,x', false],
  ['//host', false],
  [undefined, false],
])('the address %j is linked: %s', (address, linked) => {
  expect(pickWebAddress(address)).toBe(linked ? address : undefined);
});
