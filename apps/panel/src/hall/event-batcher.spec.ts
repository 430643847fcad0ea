import { describe, expect, it } from '@jest/globals';

import { bet } from '../testing/fixtures.js';
import { createEventBatcher, maxBatch } from './event-batcher.js';

function harness() {
  const batches: { positions: string[]; live: boolean }[] = [];
  const timers = new Set<() => void>();
  const sut = createEventBatcher(
    (events, live) => batches.push({ positions: events.map(({ position }) => position), live }),
    (task) => {
      timers.add(task);
      return () => timers.delete(task);
    },
  );
  return { sut, batches, tick: () => [...timers].forEach((task) => task()), waiting: () => timers.size };
}

describe('batching events', () => {
  it('hands on at once what came in a short while', () => {
    const { sut, batches, tick } = harness();
    sut.add([bet(1, 0, 1)], true);
    sut.add([bet(1, 0, 2)], true);
    expect(batches).toEqual([]);
    tick();
    expect(batches).toEqual([{ positions: ['1', '2'], live: true }]);
  });

  it('does not mix replayed with live events, and keeps their order', () => {
    const { sut, batches, tick } = harness();
    sut.add([bet(1, 0, 1)], false);
    sut.add([bet(1, 0, 2)], true);
    tick();
    expect(batches).toEqual([
      { positions: ['1'], live: false },
      { positions: ['2'], live: true },
    ]);
  });

  it('does not wait with a full batch', () => {
    const { sut, batches, waiting } = harness();
    sut.add(
      Array.from({ length: maxBatch }, (_, index) => bet(1, 0, index)),
      true,
    );
    expect(batches[0]?.positions).toHaveLength(maxBatch);
    expect(waiting()).toBe(0);
  });

  it('drops what waits when it is stopped', () => {
    const { sut, batches, tick } = harness();
    sut.add([bet(1, 0, 1)], true);
    sut.stop();
    tick();
    expect(batches).toEqual([]);
  });
});
