import { crc32c } from '../../gateway/crc32c.ts';

/** The examples of RFC 3720, appendix B.4, and the check value of the polynomial. */
it.each([
  ['nothing', Buffer.alloc(0), 0],
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['the numbers up to 31', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
  ['the digits 1 to 9', Buffer.from('123456789'), 0xe3069283],
])('crc32c of %s is the published one', (_what, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});
