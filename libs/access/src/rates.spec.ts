import { describe, expect, it } from '@jest/globals';

import { rateLimit, Rates } from './rates.js';

function harness(perSecond = 10, burst = 20) {
  const clock = { now: 1_000_000 };
  return { clock, sut: new Rates(rateLimit(perSecond, burst), () => clock.now) };
}
const takeAll = (sut: Rates, key: string): number => {
  for (let taken = 0; ; taken += 1) if (sut.take(key).retrySeconds > 0) return taken;
};

describe('a limit of a rate', () => {
  it('lets a burst through, and then the steady rate', () => {
    const { sut, clock } = harness();
    expect(takeAll(sut, 'a')).toBe(20);
    clock.now += 500;
    expect(takeAll(sut, 'a')).toBe(5);
    clock.now += 60_000;
    expect(takeAll(sut, 'a')).toBe(20);
  });

  it('never lets more through in any time than the burst and the rate', () => {
    const { sut, clock } = harness();
    let taken = 0;
    for (let step = 0; step < 1_000; step += 1) {
      clock.now += 7;
      taken += sut.take('a').retrySeconds === 0 ? 1 : 0;
    }
    expect(taken).toBeLessThanOrEqual(20 + 70);
    expect(taken).toBeGreaterThanOrEqual(20 + 69);
  });

  it('says what is left, when it is whole again, and when one more may come', () => {
    const { sut } = harness(0.5, 2);
    expect(sut.take('a')).toEqual({ remaining: 1, resetSeconds: 2, retrySeconds: 0 });
    expect(sut.take('a')).toEqual({ remaining: 0, resetSeconds: 4, retrySeconds: 0 });
    expect(sut.take('a')).toEqual({ remaining: -1, resetSeconds: 4, retrySeconds: 2 });
  });

  it('is each key’s own', () => {
    const { sut } = harness();
    takeAll(sut, 'a');
    expect(sut.take('b').remaining).toBe(19);
  });

  it('can be asked without taking', () => {
    const { sut } = harness(1, 1);
    expect([sut.peek('a').retrySeconds, sut.peek('a').retrySeconds]).toEqual([0, 0]);
    sut.take('a');
    expect(sut.peek('a').retrySeconds).toBe(1);
  });

  it('gives nothing for a clock that goes back', () => {
    const { sut, clock } = harness();
    takeAll(sut, 'a');
    clock.now -= 60_000;
    expect(takeAll(sut, 'a')).toBe(0);
    clock.now += 1_000;
    expect(takeAll(sut, 'a')).toBe(10);
  });

  it('counts a limited number of keys', () => {
    const { sut } = harness();
    takeAll(sut, 'first');
    for (let key = 0; key < 20_000; key += 1) sut.take(`key-${key}`);
    expect(sut.take('first').remaining).toBe(19);
  });

  it('of two processes is twice as much, and no more', () => {
    const { sut: one, clock } = harness();
    const other = new Rates(rateLimit(10, 20), () => clock.now);
    expect(takeAll(one, 'a') + takeAll(other, 'a')).toBe(40);
  });
});
