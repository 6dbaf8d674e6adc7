import fc from 'fast-check';
import {
  decodePageToken,
  encodePageToken,
  takeListPage,
  takePages,
} from '../../../../../infra/local/databricks/jobs/page-token.ts';

test.each(['offset', 'before'] as const)(
  'a token of kind %s leads to where it was made, and none to the beginning',
  (kind) => {
    fc.assert(fc.property(fc.nat(), (value) => decodePageToken(kind, encodePageToken(kind, value)) === value));
    expect([decodePageToken(kind, ''), decodePageToken(kind, undefined)]).toEqual([undefined, undefined]);
  },
);

test.each(['x', 'b2Zmc2V0Oi0x', '!', encodePageToken('before', 7)])(
  'the token "%s" is refused for an array',
  (token) => {
    expect(() => decodePageToken('offset', token)).toThrow(
      `page_token "${token}" was not given by this server for this list`,
    );
  },
);

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
        const page: typeof all & { next_page_token?: string } = takePages(all, decodePageToken('offset', token) ?? 0);
        seen.tasks.push(...page.tasks);
        seen.parameters.push(...page.parameters);
        expect(Math.max(page.tasks.length, page.parameters.length)).toBeLessThanOrEqual(100);
        token = page.next_page_token;
      }
      expect(seen).toEqual(all);
    }),
  );
});

test('a list goes on below the last id that it showed', () => {
  const found = [9, 7, 4];
  const take = (limit: number) => takeListPage(found, limit, (id) => id);
  expect(take(3)).toEqual({ shown: found, pages: { has_more: false } });
  expect(take(2)).toEqual({ shown: [9, 7], pages: { has_more: true, next_page_token: encodePageToken('before', 7) } });
});
