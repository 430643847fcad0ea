import { describe, expect, it } from '@jest/globals';

import { standardHostProfile } from '#sas';

import { ConfigError, linesOf, parseConfig } from './config.js';

const good = `
gatewayId: gateway-1
hallId: 8d2c7f5e-2b2e-4a39-9d5c-0a3c0a4f9b11
platform:
  url: http://127.0.0.1:8080/
  clientId: gateway
  clientSecret: secret
dataDir: ./data/gateway
lines:
  - url: tcp://127.0.0.1:4001
    machines:
      - { machineId: m1, address: 1 }
      - { machineId: m2, address: 2 }
  - url: serial:/dev/ttyUSB0
    machines: [{ machineId: m3, address: 1 }]
`;

const problemsOf = (text: string, environment: NodeJS.ProcessEnv = {}): readonly string[] => {
  try {
    parseConfig('gateway.yaml', text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('a gateway’s config', () => {
  it('is YAML, and polls every 200 ms unless it says otherwise', () => {
    expect(parseConfig('gateway.yaml', good, {})).toMatchObject({
      pollEveryMs: 200,
      platform: { url: 'http://127.0.0.1:8080' },
      lines: [{ machines: [{ address: 1 }, { address: 2 }] }, { url: 'serial:/dev/ttyUSB0' }],
    });
  });

  it('may be JSON', () => {
    const config = parseConfig('gateway.yaml', good, {});
    expect(parseConfig('gateway.json', JSON.stringify(config), {})).toEqual(config);
  });

  it('takes its secrets from the environment', () => {
    const text = good.replace('  clientId: gateway\n  clientSecret: secret\n', '');
    const environment = { GATEWAY_CLIENT_ID: 'id', GATEWAY_CLIENT_SECRET: 'hush' };
    expect(parseConfig('gateway.yaml', text, environment).platform).toMatchObject({
      clientId: 'id',
      clientSecret: 'hush',
    });
  });

  it.each([
    [
      'two machines at one address',
      ['address: 2', 'address: 1'],
      /^line 13: lines\.0\.machines\.1\.address: .*already/,
    ],
    ['a machine twice', ['machineId: m3', 'machineId: m1'], /^line 15: lines\.1\.machines\.0\.machineId: .*lines\.0/],
    ['a line twice', ['serial:/dev/ttyUSB0', 'tcp://127.0.0.1:4001'], /^line 14: lines\.1\.url: .*already/],
    ['an unknown field', ['dataDir:', 'colour: red\ndataDir:'], /^line 8: colour: Unrecognized key/],
    ['an address that no machine has', ['address: 2', 'address: 128'], /^line 13: lines\.0\.machines\.1\.address/],
    ['a line of another kind', ['serial:/dev/ttyUSB0', 'udp://x'], /^line 14: lines\.1\.url: not tcp:/],
    ['polls that are too fast', ['dataDir:', 'pollEveryMs: 39\ndataDir:'], /^line 8: pollEveryMs/],
    ['a time zone that is none', ['dataDir:', 'timeZone: Moon/Base\ndataDir:'], /timeZone: not an IANA time zone/],
    [
      'a certificate over plain HTTP',
      ['clientSecret: secret', 'clientSecret: secret\n  tls: { authority: ca.pem }'],
      /^line 8: platform\.tls: .*not https/,
    ],
    [
      'a certificate without its key',
      ['clientSecret: secret', 'clientSecret: secret\n  tls:\n    certificate: gateway.pem'],
      /^line 9: platform\.tls\.key: /,
    ],
    [
      'a profile that is none',
      ['address: 2', 'address: 2, profile: acme'],
      /^line 13: .*1\.profile: no profile "acme"/,
    ],
    [
      'a field that no profile has',
      ['lines:', 'profiles:\n  acme: { like: standard, colour: red }\nlines:'],
      /^line 10: profiles\.acme\.colour: Unrecognized key/,
    ],
    ['a profile that is like none', ['lines:', 'profiles:\n  a: { like: b }\nlines:'], /^line 10: profiles\.a\.like/],
    ['text that is no YAML', ['lines:', 'lines: ]'], /line/],
  ])('is refused with %s, at its place', (_, [from = '', to = ''], problem) => {
    expect(problemsOf(good.replace(from, to))).toContainEqual(expect.stringMatching(problem));
  });

  it('says what is known of a machine’s brand, in the hall’s own words', () => {
    const profiles =
      'profiles:\n  acme: { like: lock-needed, handpayAmounts: cents, transfers: { posId: 0000ABCD } }\n';
    const text = good.replace('address: 2', 'address: 2, profile: acme').replace('lines:', `${profiles}lines:`);
    const [line] = linesOf(parseConfig('gateway.yaml', text, {}));
    expect(line?.machines.map(({ profile }) => profile)).toEqual([
      standardHostProfile,
      {
        ...{ ...standardHostProfile, handpayAmounts: 'cents' },
        transfers: { ...standardHostProfile.transfers, lockFirst: true, posId: '0000ABCD' },
      },
    ]);
  });

  it('names every error at once', () => {
    const text = good.replace('address: 2', 'address: 0').replace('gatewayId: gateway-1\n', '');
    expect(problemsOf(text)).toHaveLength(2);
  });
});
