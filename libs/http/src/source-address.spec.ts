import { describe, expect, it } from '@jest/globals';

import { plainAddress, sourceAddress } from './source-address.js';

const proxies = ['10.0.0.1', '10.0.0.2', '2001:db8::1'];
const isTrusted = (address: string): boolean => proxies.includes(address);

describe('the source of a request', () => {
  it.each([
    ['a stranger is who connects, whatever they write', '198.51.100.7', '127.0.0.1', '198.51.100.7'],
    ['a proxy tells who came to it', '10.0.0.1', '198.51.100.7', '198.51.100.7'],
    ['what the source itself wrote does not count', '10.0.0.1', '127.0.0.1, 198.51.100.7', '198.51.100.7'],
    ['two proxies in a row', '10.0.0.1', '127.0.0.1, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
    ['nobody but proxies', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['a proxy that says nothing', '10.0.0.1', undefined, '10.0.0.1'],
    ['a proxy that says nothing readable', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['a port is not an address', '10.0.0.1', '198.51.100.7:443', '10.0.0.1'],
    ['another way to write an address', '10.0.0.1', '0x7f.1', '10.0.0.1'],
    ['an IPv6 proxy and an IPv6 source', '2001:db8::1', '2001:DB8::7', '2001:db8::7'],
    ['a mapped proxy and a mapped source', '::ffff:10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
    ['a mapped stranger', '::ffff:198.51.100.7', '10.0.0.1', '198.51.100.7'],
    ['a header in parts', '10.0.0.1', ['127.0.0.1', '198.51.100.7'], '198.51.100.7'],
    ['a header without end', '10.0.0.1', `198.51.100.7${', 10.0.0.2'.repeat(200)}`, '10.0.0.1'],
    ['no connection any more', undefined, '198.51.100.7', 'unknown'],
  ])('%s', (_, remote, header, expected) => {
    expect(sourceAddress(remote, header, isTrusted)).toBe(expected);
  });

  it('is read through ten proxies and no more', () => {
    const chain = (proxies: number): string =>
      ['198.51.100.7', ...Array.from({ length: proxies }, () => '10.0.0.2')].join();
    expect(sourceAddress('10.0.0.1', chain(9), isTrusted)).toBe('198.51.100.7');
    expect(sourceAddress('10.0.0.1', chain(10), isTrusted)).toBe('10.0.0.2');
  });
});

describe('an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['2130706433', undefined],
    ['0177.0.0.1', undefined],
    ['127.1', undefined],
    ['256.0.0.1', undefined],
    ['', undefined],
    ['localhost', undefined],
  ])('%p is %p', (text, expected) => {
    expect(plainAddress(text)).toBe(expected);
  });
});
