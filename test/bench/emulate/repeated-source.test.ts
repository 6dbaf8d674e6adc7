import { openRepeatedSource, prepareRows } from '../../../bench/emulate/repeated-source.ts';
import { RECORD_KINDS } from '../../../domain/kinds.ts';

test('posts come again under keys of their own, and are the same when they were made before', async () => {
  const source = await openRepeatedSource(11_160);
  const prepared = await prepareRows(source, 11_160);
  for (const kind of RECORD_KINDS) {
    const [first, again] = await source.readRows(kind, [5, 11_159]);
    expect(first?.json).toMatch(/^\{"ind(ex)?":5,/);
    expect(again).toEqual({ key: 11_159, json: first?.json.replace(/5/, '11159') });
    expect(await prepared.readRows(kind, [11_159, 5])).toEqual([again, first]);
    expect(await source.listKeys(kind)).toHaveLength(11_160);
  }
});
