import fc from 'fast-check';
import {
  decodePageToken,
  describePages,
  encodePageToken,
  takePages,
} from '../../../../../infra/local/databricks/jobs/page-token.ts';

test('a token leads to where it was made, and none to the beginning', () => {
  fc.assert(fc.property(fc.nat(999_999_999), (offset) => decodePageToken(encodePageToken(offset)) === offset));
  expect([decodePageToken(''), decodePageToken(undefined)]).toEqual([0, 0]);
});

test.each(['x', 'b2Zmc2V0Oi0x', '!'])('the token "%s" is refused', (token) => {
  expect(() => decodePageToken(token)).toThrow(`page_token "${token}" was not given by this server`);
});

test('pages of arrays hold every element once and in order', () => {
  const lengths = fc.record({ tasks: fc.nat(350), parameters: fc.nat(350) });
  fc.assert(
    fc.property(lengths, ({ tasks, parameters }) => {
      const all = {
        tasks: Array.from({ length: tasks }, (_, i) => i),
        parameters: Array.from({ length: parameters }, (_, i) => i),
      };
      const seen = { tasks: [] as number[], parameters: [] as number[] };
      for (let token: string | undefined = ''; token !== undefined;) {
        const page: typeof all & { next_page_token?: string } = takePages(all, decodePageToken(token));
        seen.tasks.push(...page.tasks);
        seen.parameters.push(...page.parameters);
        expect(Math.max(page.tasks.length, page.parameters.length)).toBeLessThanOrEqual(100);
        token = page.next_page_token;
      }
      expect(seen).toEqual(all);
    }),
  );
});

test('a list tells whether it goes on, and where it came from', () => {
  expect(describePages({ offset: 0, limit: 20, found: 20 })).toEqual({ has_more: false });
  expect(describePages({ offset: 20, limit: 20, found: 21 })).toEqual({
    has_more: true,
    next_page_token: encodePageToken(40),
    prev_page_token: encodePageToken(0),
  });
});
