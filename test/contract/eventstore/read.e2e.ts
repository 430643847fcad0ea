import { BACKWARDS, END, FORWARDS, START, StreamNotFoundError } from '@eventstore/db-client';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { collect, errorOf, events, newStream, numbersOf, contractTarget, positionOf } from './target.test-support.js';

const target = contractTarget();
const stream = newStream();
const positions: bigint[] = [];
beforeAll(async () => {
  for (let n = 0; n < 100; n += 10) {
    const batch = events(...Array.from({ length: 10 }, (_, index) => n + index));
    await target.client.appendToStream(stream, batch);
    await target.client.appendToStream(newStream(), events(-1));
  }
  for (const { event } of await collect(target.client.readStream(stream)))
    positions.push(event?.position?.commit ?? -1n);
});

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const downFrom = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from - index);

describe('a stream', () => {
  it.each([
    ['all of it', {}, range(0, 100)],
    ['from its start', { fromRevision: START, maxCount: 3 }, [0, 1, 2]],
    ['from a revision', { fromRevision: 95n }, range(95, 100)],
    ['from its last revision', { fromRevision: 99n }, [99]],
    ['from beyond its end', { fromRevision: 100n }, []],
    ['backwards from its end', { direction: BACKWARDS, fromRevision: END, maxCount: 40 }, downFrom(99, 40)],
    ['backwards from a revision', { direction: BACKWARDS, fromRevision: 2n }, [2, 1, 0]],
    ['backwards from beyond its end', { direction: BACKWARDS, fromRevision: 500n, maxCount: 2 }, [99, 98]],
    ['backwards from its start', { direction: BACKWARDS, fromRevision: START }, [0]],
  ] as const)('is read: %s', async (_, options, numbers) => {
    expect(await numbersOf(target.client.readStream(stream, options))).toEqual(numbers);
  });

  it('that is missing is not found, in both directions', async () => {
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const error = await errorOf(
        collect(target.client.readStream('nowhere', { direction, fromRevision: direction === FORWARDS ? START : END })),
      );
      expect(error).toBeInstanceOf(StreamNotFoundError);
    }
  });

  it('has revisions without gaps and positions that grow', async () => {
    const read = await collect(target.client.readStream(stream));
    expect(read.map(({ event }) => event?.revision)).toEqual(range(0, 100).map(BigInt));
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(positions).size).toBe(100);
  });
});

describe('$all', () => {
  const mine = (items: readonly { event?: { streamId: string; data: unknown } }[]): number[] =>
    items.filter(({ event }) => event?.streamId === stream).map(({ event }) => (event?.data as { n: number }).n);
  const at = (index: number) => ({ commit: positions[index] ?? 0n, prepare: positions[index] ?? 0n });

  it('forwards has everything in the order of positions', async () => {
    const all = await collect(target.client.readAll({ fromPosition: START }));
    expect(mine(all)).toEqual(range(0, 100));
    const found = all.map(positionOf);
    expect(found).toEqual([...found].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('backwards is forwards reversed', async () => {
    const forwards = (await collect(target.client.readAll({ fromPosition: START }))).map(positionOf);
    const backwards = (await collect(target.client.readAll({ direction: BACKWARDS, fromPosition: END }))).map(
      positionOf,
    );
    expect(backwards).toEqual(forwards.reverse());
  });

  it('forwards from a position has the event there, backwards those before it', async () => {
    const forwards = await collect(target.client.readAll({ fromPosition: at(50), maxCount: 3 }));
    expect(mine(forwards)).toEqual([50, 51, 52]);
    const backwards = await collect(target.client.readAll({ direction: BACKWARDS, fromPosition: at(55), maxCount: 3 }));
    expect(mine(backwards)).toEqual([54, 53, 52]);
  });

  it('is read from a position between two events, and from beyond its end', async () => {
    const between = { commit: at(50).commit + 1n, prepare: at(50).commit + 1n };
    expect(mine(await collect(target.client.readAll({ fromPosition: between, maxCount: 2 })))).toEqual([51, 52]);
    const beyond = { commit: 2n ** 60n, prepare: 2n ** 60n };
    expect(await collect(target.client.readAll({ fromPosition: beyond }))).toEqual([]);
    const last = await collect(target.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }));
    expect(last).toHaveLength(1);
  });

  it('a reader that stops early leaves nothing behind', async () => {
    for (let round = 0; round < 5; round += 1) {
      const read = target.client.readAll({ fromPosition: START });
      expect(await collect(read, 2)).toHaveLength(2);
    }
    expect(await numbersOf(target.client.readStream(stream, { maxCount: 1 }))).toEqual([0]);
  });
});
