import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { createReread } from './reread.js';

/** A reread whose reads are answered, and whose rest ends, by hand. */
function harness() {
  const asked: (bigint | undefined)[] = [];
  const answers: ((failure?: Error) => void)[] = [];
  const rests: (() => void)[] = [];
  let cancelled = 0;
  const sut = createReread({
    read: ({ after }) => {
      asked.push(after);
      return new Promise<void>((resolve, reject) => answers.push((failure) => (failure ? reject(failure) : resolve())));
    },
    schedule: (task) => {
      rests.push(task);
      return () => (cancelled += 1);
    },
    atMostEveryMs: 1_000,
  });
  return {
    sut,
    asked,
    answer: async (failure?: Error) => {
      answers.shift()?.(failure);
      await nextTurn();
    },
    rest: () => rests.shift()?.(),
    cancelled: () => cancelled,
  };
}

describe('reading again', () => {
  it('starts at once, and makes one read of all that was asked for meanwhile', async () => {
    const { sut, asked, answer, rest } = harness();
    sut.request(undefined);
    sut.request(5n);
    sut.request(9n);
    sut.request(7n);
    await answer();
    expect(asked).toEqual([undefined]);
    rest();
    expect(asked).toEqual([undefined, 9n]);
  });

  it('rests when nothing more was asked for, and goes on after a failure', async () => {
    const { sut, asked, answer, rest } = harness();
    sut.request(3n);
    await answer(new Error('offline'));
    rest();
    expect(asked).toEqual([3n]);
    sut.request(undefined);
    expect(asked).toEqual([3n, 3n]);
  });

  it('ends', async () => {
    const { sut, asked, answer, rest, cancelled } = harness();
    sut.request(1n);
    await answer();
    sut.stop();
    expect(cancelled()).toBe(1);
    expect(rest).not.toThrow();
    expect(asked).toEqual([1n]);
  });
});
