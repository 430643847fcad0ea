import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type AccessApplication, cheaply, startAccess } from './access.test-support.js';
import { caller, GuardedController, type Office, type Reply, startOffice } from './office.test-support.js';
import type { SigningKeyState } from './signing-keys.js';

/** Keys that go through their states while a test waits; nodes look ten times before a key signs. */
const keyTimes = { activationDelayMs: 500, refreshEveryMs: 50 };
const unlimited = { perSecond: 100_000, burst: 100_000 };
const limits = { ...cheaply.limits, read: unlimited, write: unlimited, open: unlimited, total: unlimited };
const rotations = 4;
/** People and programs at work at the same time. */
const workers = 6;

let one: Office;
let two: AccessApplication;
let nodes: readonly ReturnType<typeof caller>[];
let moving: NodeJS.Timeout;
beforeAll(async () => {
  one = await startOffice(undefined, { keyTimes, limits });
  moving = setInterval(() => (one.clock.now = Date.now()), 5);
  const clock = (): Date => new Date(one.clock.now);
  two = await startAccess([GuardedController], clock, { ...cheaply, keyTimes, limits }, one.stores);
  nodes = [caller(one.url), caller(two.url)];
});
afterAll(async () => {
  clearInterval(moving);
  await Promise.all([one.close(), two.close()]);
});

const stateOf = async (kid: unknown): Promise<SigningKeyState | undefined> => {
  const { items } = (await one.get('/api/v1/signing-keys', one.administrator)).body as {
    items: { kid: string; state: SigningKeyState }[];
  };
  return items.find((each) => each.kid === kid)?.state;
};

describe('rotating the signing key', () => {
  it('refuses no call at any node, while people sign in, refresh and call at all of them', async () => {
    const signers = new Set<string>();
    const refused: unknown[] = [];
    let calls = 0;
    let rotating = true;
    const kept = async (what: string, reply: Promise<Reply>): Promise<Record<string, unknown>> => {
      const answer = await reply;
      calls += 1;
      if (answer.status !== 200) refused.push([what, answer]);
      return answer.body;
    };
    /** Gets tokens at one node and shows them at the other, the first of its tokens to its end. */
    const work = async (index: number): Promise<void> => {
      const [here, there] = index % 2 === 0 ? [nodes[0], nodes[1]] : [nodes[1], nodes[0]];
      if (!here || !there) throw new TypeError('There are two nodes.');
      const login = `worker-${index}`;
      const credentials = { login, password: `the password of ${login}` };
      const first = await one.staffToken('administrator', login);
      let { refresh_token: refreshToken } = await kept('login', here('POST', '/auth/login', credentials));
      while (rotating) {
        const next = await kept('refresh', here('POST', '/auth/refresh', { refreshToken }));
        refreshToken = next['refresh_token'];
        const token = String(next['access_token']);
        const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
        signers.add(kid);
        const published = await kept('jwks', there('GET', '/.well-known/jwks.json'));
        if (!JSON.stringify(published).includes(kid)) refused.push([kid, published]);
        for (const each of [token, first]) await kept('call', there('GET', '/guarded/halls-read', undefined, each));
      }
    };
    const working = Array.from({ length: workers }, (_, index) => work(index));
    for (let rotation = 0; rotation < rotations; rotation += 1) {
      const { body } = await one.post('/api/v1/signing-keys', { reason: 'exercise' }, one.administrator);
      while ((await stateOf(body['kid'])) !== 'signing') await new Promise((resolve) => setTimeout(resolve, 20));
    }
    rotating = false;
    await Promise.all(working);
    expect(refused).toEqual([]);
    expect(signers.size).toBeGreaterThanOrEqual(rotations);
    expect(calls).toBeGreaterThan(workers * rotations);
  });
});
