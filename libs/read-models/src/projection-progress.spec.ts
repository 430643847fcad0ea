import { describe, expect, it } from '@jest/globals';

import { CheckpointWriter } from './checkpoint-writer.js';
import { ProjectionProgress } from './projection-progress.js';
import { until } from './projecting.test-support.js';

/** A projection whose clock and log stand still until they are moved. */
function started(head: bigint | undefined): {
  feed: { head: bigint | undefined };
  time: { ms: number };
  sut: ProjectionProgress;
} {
  const feed = { head };
  const time = { ms: 0 };
  const sut = new ProjectionProgress({ name: 'tabs', version: 1 }, feed, () => time.ms);
  sut.begin();
  return { feed, time, sut };
}

describe('the progress of a projection', () => {
  it('says how long it has been behind, and that it moves', () => {
    const { sut, time } = started(20n);
    sut.resume(undefined, 0);
    for (const position of [5n, 10n]) {
      time.ms += 9_000;
      sut.work();
      sut.reach(position);
    }
    expect(sut.health()).toMatchObject({ state: 'catching-up', behind: true, lagMs: 18_000, progressing: true });
    sut.reach(20n);
    sut.catchUp();
    expect(sut.health()).toMatchObject({ state: 'live', behind: false, lagMs: 0, progressing: true });
  });

  it('is unhealthy when a batch takes for ever', () => {
    const { sut, time } = started(20n);
    sut.resume(undefined, 0);
    sut.work();
    time.ms = 10_000;
    expect(sut.health().progressing).toBe(true);
    time.ms = 10_001;
    expect(sut.health().progressing).toBe(false);
  });

  it('is unhealthy when the log grows and nothing is handed to it', () => {
    const { sut, feed, time } = started(20n);
    sut.reach(20n);
    sut.catchUp();
    time.ms = 3_600_000;
    feed.head = 21n;
    expect(sut.health()).toMatchObject({ behind: true, lagMs: 0, progressing: true });
    time.ms += 10_001;
    expect(sut.health()).toMatchObject({ behind: true, lagMs: 10_001, progressing: false });
    sut.work();
    sut.reach(21n);
    sut.catchUp();
    expect(sut.health()).toMatchObject({ behind: false, progressing: true });
  });

  it('is healthy at the end of a log whose last event is the store`s own', () => {
    const { sut, time } = started(20n);
    sut.resume(18n, 0);
    time.ms = 3_600_000;
    expect(sut.health().progressing).toBe(true);
  });

  it('names an interruption until it has moved past it', () => {
    const { sut, time } = started(20n);
    sut.resume(5n, 0);
    sut.work();
    sut.interrupt(new Error('away'));
    sut.resume(5n, 0);
    expect(sut.health().error).toBe('away');
    time.ms = 10_001;
    expect(sut.health().progressing).toBe(false);
    sut.reach(6n);
    expect(sut.health()).not.toHaveProperty('error');
    expect(sut.health().progressing).toBe(true);
  });

  it('is nobody`s concern here when another process projects', () => {
    const { sut, feed, time } = started(20n);
    sut.leave();
    feed.head = 30n;
    time.ms = 3_600_000;
    expect(sut.health()).toMatchObject({ state: 'elsewhere', behind: false, progressing: true });
  });
});

describe('a checkpoint', () => {
  function writer(): {
    saved: bigint[];
    errors: unknown[];
    time: { ms: number };
    sut: CheckpointWriter;
    fail: { next: boolean };
  } {
    const saved: bigint[] = [];
    const errors: unknown[] = [];
    const time = { ms: 0 };
    const fail = { next: false };
    const save = async (position: bigint): Promise<void> => {
      if (fail.next) throw new Error('away');
      saved.push(position);
    };
    const store = { load: async () => undefined, save };
    return {
      saved,
      errors,
      time,
      fail,
      sut: new CheckpointWriter(
        store,
        () => time.ms,
        (error) => errors.push(error),
      ),
    };
  }

  it('of events that changed nothing is stored once a second', async () => {
    const { sut, saved, time } = writer();
    for (const position of [1n, 2n, 3n]) await sut.saveIdle(position);
    expect(saved).toEqual([1n]);
    time.ms = 1_000;
    await sut.saveIdle(4n);
    expect(saved).toEqual([1n, 4n]);
  });

  it('comes by itself when nothing follows', async () => {
    const { sut, saved, time } = writer();
    await sut.saveIdle(1n);
    time.ms = 990;
    await sut.saveIdle(2n);
    await until(() => saved.includes(2n));
    await sut.flush();
    expect(saved).toEqual([1n, 2n]);
  });

  it('of a write replaces one that was waiting', async () => {
    const { sut, saved } = writer();
    await sut.saveIdle(1n);
    await sut.saveIdle(2n);
    await sut.save(3n);
    await sut.flush();
    expect(saved).toEqual([1n, 3n]);
  });

  it('that fails is thrown after a write, and reported otherwise', async () => {
    const { sut, errors, fail } = writer();
    await sut.saveIdle(1n);
    await sut.saveIdle(2n);
    fail.next = true;
    await sut.flush();
    expect(errors.map(String)).toEqual(['Error: away']);
    await expect(sut.save(3n)).rejects.toThrow('away');
  });
});
