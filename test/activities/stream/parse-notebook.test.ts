import { parseHealth, parseLedger } from '../../../activities/stream/parse-notebook.ts';

const pin = {
  ...{ batch: 3, at: '2026-11-22T12:00:05.000Z', seconds: 0.8, records: 4, total: 44 },
  ...{ rows: 40, quarantined: 3, duplicates: 1, newest: '2026-11-22T12:00:04.000Z', positions: {} },
};
const shard = { put: 4, rows: 2, quarantined: 1, duplicates: 1, missing: 0 };

describe('what the notebook says of itself', () => {
  test('is its health, for the kinds that have had a batch', () => {
    expect(parseHealth(JSON.stringify({ at: 'x', kinds: { pin, geo: { ...pin, newest: null } } }))).toEqual({
      pin: {
        ...{ batch: 3, endedAt: pin.at, seconds: 0.8, records: 44, rows: 40, quarantined: 3, duplicates: 1 },
        newest: pin.newest,
      },
    });
  });

  test.each([undefined, '', '{"kinds": {"pin": {"bat', '[]', '{"kinds": 7}'])('is nothing yet in %p', (text) => {
    expect(parseHealth(text)).toEqual({});
  });
});

describe('the exit value of the notebook', () => {
  test('has the ledger by kind, stream and shard', () => {
    const text = JSON.stringify({ kinds: {}, ledger: { pin: { s: { a: shard, b: shard } }, geo: {}, user: {} } });
    expect(parseLedger(text)).toEqual({ pin: { 's/a': shard, 's/b': shard }, geo: {}, user: {} });
  });

  test.each(['', '{}', '{"ledger": null}'])('without a ledger is refused: %p', (text) => {
    expect(() => parseLedger(text)).toThrow(expect.objectContaining({ code: 'OUTPUT_INVALID' }));
  });

  test('with a count that is none is refused, which names it', () => {
    const text = JSON.stringify({ ledger: { pin: { s: { a: { ...shard, missing: -1 } } } } });
    expect(() => parseLedger(text)).toThrow('notebook "stream" ended with the count missing: -1 for pin of s/a');
  });
});
