import { beforeEach, describe, expect, it } from '@jest/globals';

import { unauthenticated } from '#http';

import type { FoundCaller } from './caller-directory.js';
import { AccessDecision, type Asked, type Presented } from './decision.js';
import { LiveCaller } from './live-callers.js';
import { rateLimit, type RateLimits, usualRateLimits } from './rates.js';

const caller = { kind: 'client', id: 'c1', roles: ['integrator'], hallIds: ['h1'], name: 'CRM' } as const;
const found: FoundCaller = { caller, networks: null, routes: null };
const here: Presented = { token: 'good', source: '192.0.2.7' };
const read: Asked = { route: 'GET /api/v1/halls', permissions: ['halls:read'], rate: 'read' };

let clock = { now: 1_000_000 };
let verifications = 0;
beforeEach(() => {
  clock = { now: 1_000_000 };
  verifications = 0;
});

/** Decides about tokens of which `known` is known already, `good` is found out, and every other is refused. */
function decisionOn(what: Partial<FoundCaller> = {}, limits: Partial<RateLimits> = {}): AccessDecision {
  const live = new LiveCaller({ ...found, ...what });
  const authenticator = {
    known: (token: string) => (token === 'known' ? live : undefined),
    authenticate: (token: string) => {
      verifications += 1;
      if (token === 'good') return Promise.resolve(live);
      return Promise.reject(unauthenticated('token_invalid', 'The token is not valid here.'));
    },
  };
  return new AccessDecision(authenticator, { ...usualRateLimits, ...limits }, () => clock.now);
}
const refusal = async (decide: () => unknown): Promise<object> => {
  try {
    await decide();
  } catch (error) {
    return error as object;
  }
  return { passed: true };
};

describe('the decision', () => {
  it('lets through who may, at once where the caller is known', async () => {
    const sut = decisionOn();
    expect(sut.decide({ ...here, token: 'known' }, read)).toMatchObject({ caller });
    expect(await sut.decide(here, read)).toMatchObject({ caller, rate: { remaining: 998 } });
  });

  it.each<[string, Partial<FoundCaller>, Partial<Presented>, Partial<Asked>, object]>([
    ['no token', {}, { token: undefined }, {}, { refusal: { status: 401, code: 'token_required' } }],
    ['a wrong token', {}, { token: 'bad' }, {}, { refusal: { status: 401, code: 'token_invalid' } }],
    ['another network', { networks: ['10.0.0.0/8'] }, {}, {}, { refusal: { status: 403, code: 'source_denied' } }],
    [
      'no readable source',
      { networks: ['10.0.0.0/8'] },
      { source: 'unknown' },
      {},
      { refusal: { code: 'source_denied' } },
    ],
    [
      'a permission too many',
      {},
      {},
      { permissions: ['halls:read', 'halls:write'] },
      { refusal: { code: 'permission_denied' } },
    ],
    ['no role', { caller: { ...caller, roles: [] } }, {}, {}, { refusal: { status: 403, code: 'permission_denied' } }],
    ['another route', { routes: ['GET /api/v1/bets'] }, {}, {}, { refusal: { status: 403, code: 'route_denied' } }],
    ['another hall', {}, {}, { hallId: 'h2' }, { kind: 'not-found', code: 'hall_unknown' }],
  ])('refuses %s', async (_, what, presented, asked, expected) => {
    const sut = decisionOn(what);
    expect(await refusal(() => sut.decide({ ...here, ...presented }, { ...read, ...asked }))).toMatchObject(expected);
  });

  it.each<[string, Partial<FoundCaller>, Partial<Asked>]>([
    ['from one of the networks', { networks: ['10.0.0.0/8', '192.0.2.0/24'] }, {}],
    ['to one of the routes', { routes: [read.route] }, {}],
    ['to an own hall', {}, { hallId: 'h1' }],
    ['with a second role', { caller: { ...caller, roles: ['gateway', 'regulator'] } }, { permissions: ['audit:read'] }],
  ])('lets through %s', async (_, what, asked) => {
    expect(await decisionOn(what).decide(here, { ...read, ...asked })).toHaveProperty('caller');
  });
});

describe('a gateway', () => {
  const gateway: Partial<FoundCaller> = { caller: { ...caller, roles: ['gateway'] } };
  const feed: Asked = {
    route: 'POST /internal/v1/gateways/{gatewayId}/facts',
    permissions: ['gateways:feed'],
    rate: 'internal',
  };

  it.each<[string | null | undefined, boolean]>([
    ['c1', true],
    ['c2', false],
    [null, false],
    [undefined, true],
  ])('with the certificate of %p passes: %p', async (certifiedClient, passes) => {
    const refused = await refusal(() => decisionOn(gateway).decide({ ...here, certifiedClient }, feed));
    expect(refused).toMatchObject(passes ? { passed: true } : { refusal: { code: 'certificate_required' } });
  });

  it('alone needs one: people and integrations come without', async () => {
    expect(await decisionOn().decide({ ...here, certifiedClient: null }, read)).toMatchObject({ caller });
  });
});

describe('rates', () => {
  const burst = async (sut: AccessDecision, calls: number, presented = here, asked = read): Promise<object[]> => {
    const refused: object[] = [];
    for (let call = 0; call < calls; call += 1) refused.push(await refusal(() => sut.decide(presented, asked)));
    return refused.filter((each) => !('passed' in each));
  };

  it('are a client’s own, by class of route', async () => {
    const sut = decisionOn({}, { read: rateLimit(1, 5) });
    const refused = await burst(sut, 7);
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({
      refusal: {
        status: 429,
        code: 'too_many_calls',
        headers: { 'retry-after': '1', ratelimit: '"read";r=0;t=5', 'ratelimit-policy': '"read";q=5;w=5' },
      },
    });
    const write: Asked = { route: 'POST /api/v1/players', permissions: ['players:write'], rate: 'write' };
    expect(await burst(sut, 5, here, write)).toEqual([]);
    clock.now += 1_000;
    expect(await burst(sut, 1)).toEqual([]);
  });

  it('of all together end everybody’s calls', async () => {
    expect(await burst(decisionOn({}, { total: rateLimit(1, 3) }), 5)).toHaveLength(2);
  });

  it('are not touched by a question that is no call', async () => {
    const sut = decisionOn({}, { read: rateLimit(1, 1), total: rateLimit(1, 1) });
    const { rate: _, ...question } = read;
    expect(await burst(sut, 50, here, question)).toEqual([]);
  });

  it('of failures end guessing before it costs anything, and leave those alone who are known', async () => {
    const sut = decisionOn({}, { failures: rateLimit(1, 5) });
    const guesses = await burst(sut, 20, { ...here, token: 'bad' });
    expect(guesses.map((each) => (each as { refusal: { code: string } }).refusal.code)).toEqual([
      ...Array.from({ length: 5 }, () => 'token_invalid'),
      ...Array.from({ length: 15 }, () => 'too_many_failures'),
    ]);
    expect(verifications).toBe(5);
    expect(sut.decide({ ...here, token: 'known' }, read)).toMatchObject({ caller });
    expect(await burst(sut, 1, { ...here, source: '198.51.100.1', token: 'good' })).toEqual([]);
  });

  it('of failures count an IPv6 network as one place', async () => {
    const sut = decisionOn({}, { failures: rateLimit(1, 4) });
    for (const host of ['1', '2:3:4:5', 'ffff::1', '0:0:7:7'])
      await burst(sut, 1, {
        token: 'bad',
        source: host.includes('::') ? `2001:db8:0:1:${host}` : `2001:db8:0:1::${host}`,
      });
    expect(await burst(sut, 1, { token: 'bad', source: '2001:db8:0:1::9' })).toMatchObject([
      { refusal: { code: 'too_many_failures' } },
    ]);
    expect(await burst(sut, 1, { token: 'bad', source: '2001:db8:0:2::9' })).toMatchObject([
      { refusal: { code: 'token_invalid' } },
    ]);
  });

  it('of open calls are the source’s own; after too many failures nobody signs in from there', async () => {
    const sut = decisionOn({}, { open: rateLimit(1, 2), failures: rateLimit(1, 1) });
    for (let call = 0; call < 2; call += 1) sut.admitOpen('192.0.2.7', 'open');
    expect(() => sut.admitOpen('192.0.2.7', 'open')).toThrow('Too many calls from there.');
    expect(() => sut.admitOpen('192.0.2.8', 'open')).not.toThrow();
    expect(() => sut.admitOpen('192.0.2.7', 'sign-in')).not.toThrow();
    sut.failed('192.0.2.7');
    expect(() => sut.admitOpen('192.0.2.7', 'sign-in')).toThrow('Too many attempts from there failed.');
    expect(await Promise.resolve(sut.limitOf('failures'))).toEqual({ perSecond: 1, burst: 1 });
  });
});
