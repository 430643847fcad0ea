import { describe, expect, it } from '@jest/globals';

import { AddressGuard, AddressRefused } from './address-guard.js';

const strict = new AddressGuard([]);
const demo = new AddressGuard(['127.0.0.0/8', '::1', '10.1.2.3']);

const codeOf = (guard: AddressGuard, url: string): Promise<string> =>
  guard.assertUsable(url).then(
    () => 'usable',
    (error: unknown) => String((error as { code?: string }).code),
  );

/** Every way to write an address of the platform's own network in a URL. */
const disguises = [
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://127.0.0.1./',
  'https://%31%32%37.0.0.1/',
  'https://１２７.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[::7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[::ffff:0:7f00:1]/',
  'https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:ffff:127.0.0.1]/',
  'https://017700000001/',
  'https://0x7f000001/',
  'https://0x7f.0.0x0.1/',
  'https://127.0.0.1:443/',
  'https://①②⑦.⓪.⓪.①/',
  'https://198.18.0.1/',
  'https://192.0.0.1/',
  'https://240.0.0.1/',
  'https://[fe80::1]/',
  'https://[fd00::1]/',
  'https://0.0.0.0/',
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
];

describe('the address guard', () => {
  it.each(disguises)('refuses %s, at registration and before sending', async (url) => {
    expect(await codeOf(strict, url)).toBe('url_refused');
    expect(() => strict.assertLiteral(new URL(url))).toThrow(AddressRefused);
  });

  it.each(['https://93.184.216.34/hook', 'https://[2606:4700::1111]/', 'https://example.invalid/hook'])(
    'lets %s be registered',
    async (url) => {
      expect(await codeOf(strict, url)).toBe('usable');
    },
  );

  it.each([
    ['http://93.184.216.34/', 'url_refused'],
    ['http://no-such-host.invalid/', 'url_refused'],
    ['ftp://example.org/', 'url_invalid'],
    ['https://user:password@example.org/', 'url_invalid'],
    ['https://example.org/#there', 'url_invalid'],
    ['/hook', 'url_invalid'],
  ])('refuses %s with %s', async (url, code) => {
    expect(await codeOf(strict, url)).toBe(code);
  });

  it('lets allowed addresses be reached, also without TLS', async () => {
    const urls = ['http://127.0.0.1:9000/', 'http://2130706433/', 'https://[::ffff:127.0.0.1]/', 'http://[::1]/'];
    expect(await Promise.all(urls.map((url) => codeOf(demo, url)))).toEqual(urls.map(() => 'usable'));
    expect(await codeOf(demo, 'https://10.1.2.4/')).toBe('url_refused');
    expect(demo.mayReach('10.1.2.3', 'http:')).toBe(true);
  });

  it('resolves names only to what may be reached', async () => {
    const looked = (guard: AddressGuard): Promise<unknown> =>
      new Promise((done) => guard.lookup('http:')('localhost', { all: true }, (error, found) => done(error ?? found)));
    expect(await looked(strict)).toBeInstanceOf(AddressRefused);
    expect(await looked(demo)).toEqual(expect.arrayContaining([expect.objectContaining({ address: '127.0.0.1' })]));
  });

  it('is not fooled by a name that changes its answer after it was registered', async () => {
    const answers = ['93.184.216.34', '127.0.0.1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2606:4700::1111'];
    const guard = new AddressGuard([], (_, __, done) => {
      const address = answers.shift() ?? '';
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    });
    const connectsTo = (): Promise<unknown> =>
      new Promise((done) =>
        guard.lookup('https:')('rebinding.example', {}, (error, address) => done(error ? error.name : address)),
      );
    expect(await codeOf(guard, 'https://rebinding.example/hook')).toBe('usable');
    const connected = [];
    for (let attempt = 0; attempt < 5; attempt += 1) connected.push(await connectsTo());
    expect(connected).toEqual([
      '93.184.216.34',
      'AddressRefused',
      'AddressRefused',
      'AddressRefused',
      '2606:4700::1111',
    ]);
  });

  it('takes of several answers only those that may be reached', async () => {
    const found = ['10.0.0.1', '93.184.216.34', '::1'].map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    const guard = new AddressGuard([], (_, __, done) => done(null, found));
    const looked = await new Promise((done) =>
      guard.lookup('https:')('mixed.example', { all: true }, (error, addresses) => done(error ?? addresses)),
    );
    expect(looked).toEqual([{ address: '93.184.216.34', family: 4 }]);
  });

  it('refuses an allow list that it cannot read', () => {
    expect(() => new AddressGuard(['localhost'])).toThrow("'localhost' is neither");
  });
});
