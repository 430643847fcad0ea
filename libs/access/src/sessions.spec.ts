import { describe, expect, it } from '@jest/globals';

import { createSecrets } from '#secrets';

import { memoryCollection } from './access.test-support.js';
import { type BegunSession, type Refreshed, type Session, Sessions } from './sessions.js';

const staffId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';
const secrets = createSecrets(Buffer.alloc(32, 1));
const hourMs = 60 * 60_000;

function harness() {
  const clock = { now: 1_000_000 };
  const stored = memoryCollection<Session>();
  const node = (): Sessions => new Sessions(stored, secrets, () => new Date(clock.now));
  return { clock, stored, node, sut: node() };
}
const tokenOf = (refreshed: Refreshed): string =>
  typeof refreshed === 'object' && 'refreshToken' in refreshed
    ? refreshed.refreshToken
    : `none: ${JSON.stringify(refreshed)}`;

describe('a session', () => {
  it('goes on from token to token, each used once, at whatever node', async () => {
    const { sut, node } = harness();
    const begun = await sut.begin(staffId, 3);
    const second = await node().refresh(begun.refreshToken);
    const third = await sut.refresh(tokenOf(second));
    expect(third).toMatchObject({ sessionId: begun.sessionId, session: { staffId, passwordVersion: 3 } });
    expect(new Set([begun.refreshToken, tokenOf(second), tokenOf(third)]).size).toBe(3);
    expect(await sut.find(begun.sessionId)).toMatchObject({ staffId, ended: false });
  });

  it('ends with the whole family when a token is used again, whoever comes first', async () => {
    const { sut } = harness();
    const begun = await sut.begin(staffId, 0);
    const newest = tokenOf(await sut.refresh(begun.refreshToken));
    expect(await sut.refresh(begun.refreshToken)).toMatchObject({ reusedOf: { staffId } });
    expect(await sut.refresh(newest)).toBe('invalid');
    expect(await sut.find(begun.sessionId)).toBeUndefined();
  });

  it('ends when two use the same token at the same time, at two nodes', async () => {
    const { sut, node } = harness();
    const { sessionId, refreshToken } = await sut.begin(staffId, 0);
    const both = await Promise.all([sut.refresh(refreshToken), node().refresh(refreshToken)]);
    expect(both.filter((each) => typeof each === 'object' && 'reusedOf' in each)).toHaveLength(1);
    expect(await sut.find(sessionId)).toBeUndefined();
  });

  it('ends with signing out, and leaves others alone', async () => {
    const { sut } = harness();
    const [left, stayed] = [await sut.begin(staffId, 0), await sut.begin(staffId, 0)];
    await sut.endByToken(left.refreshToken);
    expect(await sut.find(left.sessionId)).toBeUndefined();
    expect(await sut.find(stayed.sessionId)).toBeDefined();
    expect(await sut.refresh(left.refreshToken)).toBe('invalid');
  });

  it('ends after twelve hours, however often it was refreshed, and is then forgotten', async () => {
    const { sut, clock, stored } = harness();
    let { refreshToken } = await sut.begin(staffId, 0);
    for (let hour = 0; hour < 11; hour += 1) {
      clock.now += hourMs;
      refreshToken = tokenOf(await sut.refresh(refreshToken));
    }
    clock.now += hourMs;
    expect(await sut.refresh(refreshToken)).toBe('invalid');
    clock.now += 1;
    await sut.begin(staffId, 0);
    expect(stored.size).toBe(1);
  });

  it.each<[string, (begun: BegunSession) => string]>([
    ['nothing', () => ''],
    ['a token of another key', ({ sessionId }) => `${sessionId}.1.${Buffer.alloc(32).toString('base64url')}`],
    ['a generation to come', ({ refreshToken }) => refreshToken.replace('.1.', '.2.')],
    ['another session', ({ refreshToken }) => refreshToken.replace(/^[^.]+/, staffId)],
    ['a token and more', ({ refreshToken }) => `${refreshToken}x`],
    ['half a token', ({ refreshToken }) => refreshToken.slice(0, -1)],
  ])('is neither refreshed nor ended by %s', async (_, forge) => {
    const { sut } = harness();
    const begun = await sut.begin(staffId, 0);
    expect(await sut.refresh(forge(begun))).toBe('invalid');
    await sut.endByToken(forge(begun));
    expect(await sut.find(begun.sessionId)).toBeDefined();
  });
});
