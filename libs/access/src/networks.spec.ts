import { describe, expect, it } from '@jest/globals';

import { NetworkList, networksSchema } from './networks.js';

describe('a list of networks', () => {
  const sut = new NetworkList(['192.0.2.0/24', '2001:db8::/32', '::ffff:198.51.100.0/120']);

  it.each([
    ['192.0.2.1', true],
    ['192.0.3.1', false],
    ['::ffff:192.0.2.1', true],
    ['::ffff:c000:201', true],
    ['2001:db8:1::1', true],
    ['2001:0DB8:0001:0000:0000:0000:0000:0001', true],
    ['2001:db9::1', false],
    ['198.51.100.7', true],
    ['::ffff:198.51.101.7', false],
    ['64:ff9b::c000:201', false],
    ['', false],
    ['unknown', false],
    ['192.0.2.1, 10.0.0.1', false],
  ])('%p: %p', (address, expected) => {
    expect(sut.includes(address)).toBe(expected);
  });

  it('takes all of IPv4, and then no IPv6', () => {
    const everyIpv4 = new NetworkList(['0.0.0.0/0']);
    expect([everyIpv4.includes('::ffff:1.2.3.4'), everyIpv4.includes('::1')]).toEqual([true, false]);
  });

  it.each([
    '192.0.2.0',
    '192.0.2.0/33',
    '010.0.0.0/8',
    '10/8',
    '0x0a.0.0.0/8',
    'localhost/8',
    '::/129',
    'x'.repeat(60),
  ])('is not %p', (network) => {
    expect(networksSchema.safeParse([network]).success).toBe(false);
  });
});
