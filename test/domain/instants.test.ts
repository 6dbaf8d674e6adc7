import fc from 'fast-check';
import { formatInstant, isInstant } from '../../domain/instants.ts';

describe('an instant', () => {
  test('is written in UTC, to the second', () => {
    expect(formatInstant(new Date('2026-11-22T07:17:00.900+01:00'))).toBe('2026-11-22T06:17:00Z');
  });

  test('is read back as the same second, whichever it is', () => {
    const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
    fc.assert(
      fc.property(seconds, (second) => {
        const text = formatInstant(new Date(second * 1_000));
        return isInstant(text) && Date.parse(text) === second * 1_000;
      }),
    );
  });

  test.each(['', '2026-11-22', '2026-11-22T06:17Z', '2026-11-22T06:17:00', '2026-11-22T06:17:00.000Z'])(
    'is not written as "%s"',
    (text) => expect(isInstant(text)).toBe(false),
  );

  test.each(['2026-02-30T06:17:00Z', '2026-11-22T24:00:00Z', '2026-11-22T07:17:00+01:00', 'soon'])(
    'cannot be "%s"',
    (text) => expect(isInstant(text)).toBe(false),
  );
});
