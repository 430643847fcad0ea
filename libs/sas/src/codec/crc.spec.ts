import { describe, expect, it } from '@jest/globals';

import { crc16, crcHolds, withCrc } from './crc.js';

const bytes = (hex: string): number[] => [...Buffer.from(hex, 'hex')];
const crcOf = (hex: string): string =>
  Buffer.from(withCrc(bytes(hex)).slice(-2))
    .toString('hex')
    .toUpperCase();

describe('the CRC of a frame', () => {
  it('has the check value of CRC-16/KERMIT', () => {
    expect(crc16(Buffer.from('123456789', 'ascii'))).toBe(0x2189);
  });

  it.each([
    ['0101', '5108'],
    ['0102', 'CA3A'],
    ['0103', '432B'],
    ['0104', 'FC5F'],
    ['0106', 'EE7C'],
    ['0107', '676D'],
    ['010A', '82B6'],
    ['010B', '0BA7'],
    ['010E01', '45D1'],
    ['010E00', 'CCC0'],
    ['012E0000', '9B0F'],
    ['012E9000', 'C616'],
    ['016600', '596B'],
    ['017301FF', 'A765'],
    ['01720180', '0BB4'],
    ['017202FF00', '0F22'],
    ['017101FF', '1FD0'],
    ['01720200C0', 'C31B'],
    ['0172020087', '782D'],
    ['0194', '75CB'],
    ['01A801', '6A2A'],
    ['014D00', 'C2AC'],
    ['014DFF', 'BAA3'],
    ['015000', '2B89'],
    ['01210000', '5C45'],
    ['012D0000', 'FFE0'],
    ['01520001', '693B'],
    ['01530001', 'B561'],
    ['01A00000', '6C13'],
    ['01AF1A0000A000B800020003001E00000001000B00A200BA0005000600', 'DF41'],
    ['016F06000000000100', '5B6E'],
    ['017B080000000000000000', '8718'],
    ['014C000000000000', '23F7'],
    ['0174FF000000', '1AF9'],
    ['017400010100', 'CC7F'],
    ['017480000000', 'A611'],
    ['017F01152026133000', 'DFC5'],
    ['2A7101FF', '599F'],
    ['008001010000012345', '3216'],
    ['01FF00', '1CA5'],
    ['01FF1F', '6A4D'],
    ['01FF11', '14A4'],
    ['01FF12', '8F96'],
    ['01FF20', '1E84'],
    ['01FF51', '10E6'],
    ['01FF66', '2CA3'],
    ['01FF69', 'DB5B'],
    ['01FF6A', '4069'],
    ['01FF6F', 'ED3E'],
    ['01FF82', '0602'],
    ['01FF83', '8F13'],
  ])('of %s is %s, low byte first', (frame, crc) => {
    expect(crcOf(frame)).toBe(crc);
  });

  it('holds over a real answer of 77 bytes', () => {
    const answer =
      '0172482A00FF80000000110000000000000000000000077A0000000433363932071220200215010000000000000900000000001268242309' +
      '0000000000001917400900000000000000000060CD';
    expect(crcHolds(Uint8Array.from(bytes(answer)))).toBe(true);
  });

  it('does not hold over nothing', () => {
    expect(crcHolds(Uint8Array.of(0, 0))).toBe(false);
  });
});
