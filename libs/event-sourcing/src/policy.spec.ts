import { describe, expect, it } from '@jest/globals';

import type { Feed, FeedConsumer, FeedEvent } from './feed.js';
import { type CheckpointStore, type Policy, runPolicy } from './policy.js';
import { recordedAt } from './recorded.test-support.js';

/** A feed of a few events, one batch each. */
const feedOf = (events: readonly FeedEvent[]): Feed => ({
  head: events.at(-1)?.position,
  consume: async ({ after, handle, signal }: FeedConsumer) => {
    for (const each of events) {
      if ((after === undefined || each.position > after) && !signal.aborted)
        await handle({ events: [each], through: each.position });
    }
  },
});

class Checkpoints implements CheckpointStore {
  saved: bigint | undefined;
  load(): Promise<bigint | undefined> {
    return Promise.resolve(this.saved);
  }
  save(_: string, position: bigint): Promise<void> {
    this.saved = position;
    return Promise.resolve();
  }
}

const run = async (
  events: readonly FeedEvent[],
  react: Policy['react'],
  checkpoints = new Checkpoints(),
  stop = new AbortController(),
  onFailure = (): void => undefined,
) => {
  const failures: unknown[] = [];
  const policy: Policy = { name: 'test', handles: ['test.happened.v1'], react };
  await runPolicy(policy, {
    feed: feedOf(events),
    checkpoints,
    signal: stop.signal,
    onFailure: (_policy, _event, error) => {
      failures.push(error);
      onFailure();
    },
  });
  return { checkpoints, failures };
};

describe('a policy', () => {
  it('reacts to what it handles, in order, and keeps how far it came', async () => {
    const seen: bigint[] = [];
    const { checkpoints } = await run(
      [recordedAt(1n), recordedAt(2n, 'test.else.v1'), recordedAt(3n)],
      async ({ position }) => void seen.push(position),
    );
    expect(seen).toEqual([1n, 3n]);
    expect(checkpoints.saved).toBe(3n);
  });

  it('goes on where it was', async () => {
    const checkpoints = new Checkpoints();
    await run([recordedAt(1n)], async () => undefined, checkpoints);
    const seen: bigint[] = [];
    await run([recordedAt(1n), recordedAt(2n)], async ({ position }) => void seen.push(position), checkpoints);
    expect(seen).toEqual([2n]);
  });

  it('tries again what failed before anything later', async () => {
    const seen: bigint[] = [];
    const { failures } = await run([recordedAt(1n), recordedAt(2n)], async ({ position }) => {
      seen.push(position);
      if (seen.length === 1) throw new Error('not now');
    });
    expect(seen).toEqual([1n, 1n, 2n]);
    expect(failures).toHaveLength(1);
  });

  it('stands still before what it cannot read, and does not react to it', async () => {
    const [stop, seen]: [AbortController, bigint[]] = [new AbortController(), []];
    const unreadable = new Error('of a newer version');
    const react = async ({ position }: FeedEvent): Promise<void> => void seen.push(position);
    const stopped = (): void => stop.abort();
    const events = [recordedAt(1n), { ...recordedAt(2n), unreadable }, recordedAt(3n)];
    const { checkpoints, failures } = await run(events, react, new Checkpoints(), stop, stopped);
    expect([seen, failures, checkpoints.saved]).toEqual([[1n], [unreadable], 1n]);
  });

  it('that is stopped in the middle keeps no more than it did', async () => {
    const stop = new AbortController();
    const failing = async (): Promise<void> => {
      stop.abort();
      throw new Error('stopped');
    };
    const { checkpoints } = await run([recordedAt(1n)], failing, new Checkpoints(), stop);
    expect(checkpoints.saved).toBeUndefined();
  });
});
