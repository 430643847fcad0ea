import { afterEach, describe, expect, it, jest } from '@jest/globals';

import { FairShare, type SharedClass } from './fair-share.js';

function harness() {
  const clock = { now: 10_000 };
  const sut = new FairShare(() => clock.now);
  let running = 0;
  const enter = (key: string, times = 1, rate: SharedClass = 'write'): void => {
    for (let request = 0; request < times; request += 1) {
      const entering = sut.enter(key, rate);
      if (entering) void entering.then(() => (running += 1));
      else running += 1;
    }
  };
  return { clock, sut, enter, running: () => running };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => void jest.useRealTimers());

describe('a fair share', () => {
  it('is everything for whoever is alone', () => {
    const { enter, running } = harness();
    enter('a', 500);
    expect(running()).toBe(500);
  });

  it('is a few at a time while others are about, and the rest takes turns', async () => {
    const { sut, enter, running } = harness();
    enter('modest');
    enter('greedy', 50);
    expect(running()).toBe(1 + 8);
    for (let left = 1; left <= 42; left += 1) {
      sut.leave('greedy', 'write', 5);
      await settle();
      expect(running()).toBe(1 + 8 + left);
    }
  });

  it('is given one in each round of the event loop, so that others are read in between, however many turns come free at once', async () => {
    const { sut, enter, running } = harness();
    enter('modest');
    enter('greedy', 50);
    for (let left = 1; left <= 3; left += 1) sut.leave('greedy', 'write', 5);
    expect(running()).toBe(1 + 8);
    for (let round = 1; round <= 3; round += 1) {
      await settle();
      expect(running()).toBe(1 + 8 + round);
    }
    await settle();
    expect(running()).toBe(1 + 8 + 3);
  });

  it('is one read, and some changes, at a time, each counted by itself', () => {
    const { enter, running } = harness();
    enter('modest');
    enter('greedy', 50, 'read');
    expect(running()).toBe(1 + 1);
    enter('greedy', 50, 'write');
    expect(running()).toBe(1 + 1 + 8);
  });

  it('of reads comes after a rest as long as the last turn was, so that others are never behind two of them', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const { sut, enter, running } = harness();
    enter('modest');
    enter('greedy', 50, 'read');
    sut.leave('greedy', 'read', 20);
    await jest.advanceTimersByTimeAsync(19);
    expect(running()).toBe(1 + 1);
    await jest.advanceTimersByTimeAsync(1);
    await settle();
    expect(running()).toBe(1 + 2);
  });

  it('of reads comes at once when nobody else is about, or nobody waits', async () => {
    const { sut, clock, enter, running } = harness();
    enter('modest');
    enter('patient', 1, 'read');
    sut.leave('patient', 'read', 20);
    enter('patient', 1, 'read');
    expect(running()).toBe(1 + 2);
    enter('patient', 2, 'read');
    clock.now += 1_000;
    sut.leave('patient', 'read', 20);
    await settle();
    expect(running()).toBe(1 + 4);
  });

  it('lets another in at once, whoever waits', () => {
    const { enter, running } = harness();
    enter('modest');
    enter('greedy', 50);
    enter('modest', 3);
    enter('third');
    expect(running()).toBe(1 + 8 + 3 + 1);
  });

  it('is everything again when the others have gone for a second', async () => {
    const { sut, clock, enter, running } = harness();
    enter('modest');
    enter('greedy', 50);
    clock.now += 1_000;
    sut.leave('greedy', 'write', 5);
    await settle();
    expect(running()).toBe(1 + 50);
  });

  it('refuses when too many of one wait', () => {
    const { enter } = harness();
    enter('modest');
    enter('greedy', 8 + 1_000);
    expect(() => enter('greedy')).toThrow('1000 calls of this caller wait already.');
    expect(() => enter('modest')).not.toThrow();
  });

  it('forgets whoever has left', () => {
    const { sut, enter, running } = harness();
    enter('a');
    sut.leave('a', 'write', 5);
    sut.leave('a', 'write', 5);
    enter('a', 2);
    expect(running()).toBe(3);
  });
});
