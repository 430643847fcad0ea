import { describe, expect, it } from '@jest/globals';

import { assertListensSafely, platformSettings, readSettings, SettingsInvalid } from '#config';

const check = (variables: Record<string, string>): void =>
  assertListensSafely(readSettings(platformSettings, variables));
const tls = { TLS_CERT_FILE: '/etc/tls/cert.pem', TLS_KEY_FILE: '/etc/tls/key.pem' };

describe('listening', () => {
  it.each([
    [{}],
    [{ HOST: '127.0.0.2' }],
    [{ HOST: '::1' }],
    [{ HOST: 'localhost' }],
    [{ HOST: '0.0.0.0', ...tls }],
    [{ HOST: '0.0.0.0', ...tls, TLS_GATEWAY_CA_FILE: '/etc/tls/gateways.pem' }],
    [{ HOST: '0.0.0.0', PLAIN_HTTP: 'anyone-on-the-network-may-listen-in' }],
  ])('%j is safe, or wanted', (variables) => {
    expect(() => check(variables)).not.toThrow();
  });

  it.each([
    [{ HOST: '0.0.0.0' }, 'HOST 0.0.0.0 is not loopback'],
    [{ HOST: '::' }, 'HOST :: is not loopback'],
    [{ HOST: '192.168.1.7' }, 'is not loopback'],
    [{ HOST: 'tallyhall.example' }, 'is not loopback'],
    [{ HOST: '0.0.0.0', PLAIN_HTTP: 'yes' }, 'PLAIN_HTTP'],
    [{ TLS_CERT_FILE: '/etc/tls/cert.pem' }, 'TLS_CERT_FILE and TLS_KEY_FILE must both be set'],
    [{ TLS_KEY_FILE: '/etc/tls/key.pem' }, 'TLS_CERT_FILE and TLS_KEY_FILE must both be set'],
    [{ TLS_GATEWAY_CA_FILE: '/etc/tls/gateways.pem' }, 'TLS_GATEWAY_CA_FILE needs'],
  ])('%j is refused: %s', (variables, why) => {
    expect(() => check(variables)).toThrow(SettingsInvalid);
    expect(() => check(variables)).toThrow(why);
  });
});

describe('the limits of rates', () => {
  const read = (RATE_LIMITS: string): unknown => readSettings(platformSettings, { RATE_LIMITS }).RATE_LIMITS;

  it('are calls per second, and how many may come at once', () => {
    expect(read('read=500, write=200:1000,failures=0.5')).toEqual({
      read: { perSecond: 500, burst: 1_000 },
      write: { perSecond: 200, burst: 1_000 },
      failures: { perSecond: 0.5, burst: 1 },
    });
  });

  it.each(['reads=5', 'read', 'read=0', 'read=-1', 'read=5:0', 'read=many', ','])('are not %p', (text) => {
    expect(() => read(text)).toThrow('RATE_LIMITS must be');
  });
});
