import { describe, expect, it } from '@jest/globals';

import { memoryStore } from '../testing/memory-store.js';
import { createSessionKeeper, ended } from './session-keeper.js';

const staff = { login: 'maria', roles: ['manager'] } as const;
const answer = (n: number) => ({ access_token: `t${n}`, refresh_token: `r${n}`, expires_in: 900, staff });

/** A page in a tab, and a platform that answers its requests in turn; the clock stands still but for `wait`. */
function harness(store = memoryStore()) {
  const page = { now: 0, sent: [] as [string, unknown][], answers: [] as (object | number)[] };
  let timer: { work: () => void; at: number } | undefined;
  const sut = createSessionKeeper({
    store,
    nowMs: () => page.now,
    schedule: (work, delayMs) => {
      const own = (timer = { work, at: page.now + delayMs });
      return () => (timer = timer === own ? undefined : timer);
    },
    fetch: async (url, { body }) => {
      page.sent.push([url, typeof body === 'string' ? JSON.parse(body) : body]);
      const next = page.answers.shift() ?? 0;
      if (next === 0) throw new TypeError('nobody answers');
      return typeof next === 'number' ? new Response('{}', { status: next }) : new Response(JSON.stringify(next));
    },
  });
  const wait = async (ms: number): Promise<void> => {
    page.now += ms;
    const due = timer;
    if (!due || due.at > page.now) return;
    timer = undefined;
    due.work();
    await sut.renew().catch(() => false);
  };
  return { sut, page, store, wait };
}

describe('somebody who is signed in', () => {
  it('is renewed before each token ends, with a refresh token that is used once', async () => {
    const { sut, page, wait } = harness();
    sut.start(answer(1));
    page.answers.push(answer(2));
    await wait(839_999);
    expect(page.sent).toEqual([]);
    await wait(1);
    expect([sut.token(), page.sent]).toEqual(['t2', [['/auth/refresh', { refreshToken: 'r1' }]]]);
    page.answers.push(answer(3));
    await wait(840_000);
    expect([sut.token(), page.sent.at(-1)]).toEqual(['t3', ['/auth/refresh', { refreshToken: 'r2' }]]);
  });

  it('is asked for once, however many requests were refused', async () => {
    const { sut, page } = harness();
    sut.start(answer(1));
    page.answers.push(answer(2));
    expect(await Promise.all([sut.renew(), sut.renew(), sut.renew()])).toEqual([true, true, true]);
    expect(page.sent).toHaveLength(1);
  });

  it('stays while the platform does not answer, and is renewed later', async () => {
    const { sut, page, wait } = harness();
    sut.start(answer(1));
    page.answers.push(0, 503, answer(2));
    await wait(840_000);
    await wait(10_000);
    expect([sut.token(), sut.state().notice]).toEqual(['t1', undefined]);
    await wait(10_000);
    expect(sut.token()).toBe('t2');
  });

  it.each([400, 401])('is signed out when the platform says %i', async (status) => {
    const { sut, page } = harness();
    sut.start(answer(1));
    page.answers.push(status);
    expect(await sut.renew()).toBe(false);
    expect(sut.state()).toEqual({ session: undefined, notice: ended });
  });

  it('does not come back when they signed out meanwhile', async () => {
    const { sut, page } = harness();
    sut.start(answer(1));
    page.answers.push(answer(2), {});
    const renewing = sut.renew();
    sut.end();
    expect([await renewing, sut.token()]).toEqual([false, undefined]);
    expect(page.sent.at(-1)).toEqual(['/auth/logout', { refreshToken: 'r1' }]);
  });
});

describe('a tab', () => {
  it('goes on after a reload, even one that its token did not live to see', async () => {
    const { sut, store } = harness();
    sut.start(answer(1));
    sut.hide();
    const next = harness(store);
    expect(next.sut.token()).toBe('t1');
    next.page.answers.push(answer(2));
    await next.wait(3_600_000);
    expect(next.sut.token()).toBe('t2');
  });

  it('that is duplicated has no right to the next token, and ends with the one it has', async () => {
    const { sut, store, page } = harness();
    sut.start(answer(1));
    const copy = harness(store);
    expect(copy.sut.token()).toBe('t1');
    await copy.wait(900_000);
    expect([copy.sut.state().notice, copy.page.sent]).toEqual([ended, []]);
    page.answers.push(answer(2));
    expect(await sut.renew()).toBe(true);
  });

  it('that came back from the browser’s cache has its refresh token again', async () => {
    const { sut, page, store } = harness();
    sut.start(answer(1));
    sut.hide();
    sut.show();
    expect(store.getItem('tallyhall.refresh')).toBeNull();
    page.answers.push(answer(2));
    expect(await sut.renew()).toBe(true);
  });
});
