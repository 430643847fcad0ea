import { describe, expect, it } from '@jest/globals';

import { Turnstile } from './turnstile.js';

/** Work that ends when it is told to. */
function work(): { readonly run: () => Promise<string>; readonly end: () => void; started: boolean } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const state = {
    started: false,
    end: () => end(),
    run: async () => {
      state.started = true;
      await ended;
      return 'done';
    },
  };
  return state;
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a turnstile', () => {
  it('lets so many through at a time, the others in turn', async () => {
    const sut = new Turnstile(2, 10);
    const works = [work(), work(), work(), work()];
    const results = works.map(({ run }) => sut.pass(run));
    await settle();
    expect(works.map(({ started }) => started)).toEqual([true, true, false, false]);
    works[1]?.end();
    await settle();
    expect(works.map(({ started }) => started)).toEqual([true, true, true, false]);
    for (const { end } of works) end();
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done']);
  });

  it('turns away whoever would wait too long', async () => {
    const sut = new Turnstile(1, 1);
    const [inside, waiting] = [work(), work()];
    const results = [sut.pass(inside.run), sut.pass(waiting.run)];
    await expect(sut.pass(() => Promise.resolve())).rejects.toMatchObject({ refusal: { status: 503, code: 'busy' } });
    inside.end();
    waiting.end();
    await Promise.all(results);
    expect(await sut.pass(() => Promise.resolve('free'))).toBe('free');
  });

  it('goes on after work that fails', async () => {
    const sut = new Turnstile(1, 1);
    await expect(sut.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await sut.pass(() => Promise.resolve('free'))).toBe('free');
  });
});
