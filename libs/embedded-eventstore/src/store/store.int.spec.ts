import { closeSync, mkdirSync, readdirSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DirectoryLocked, NoRoom } from '../errors.js';
import { startEventStore } from '../index.js';
import { hotTailBytes } from '../storage/hot-tail.js';
import { eventIdAt, positionAt, type StoredEvent } from '../storage/record.js';
import { appendTo, eventOf, openStore, temporaryDirectory } from '../testing.test-support.js';
import { readAllBackwards, readAllForwards, readStreamEvents } from './reading.js';
import type { Store } from './store.js';
import { subscribeToAll, type Subscriber } from './subscribing.js';

let directory: { path: string; remove: () => Promise<void> };
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

const numberOf = ({ buffer, at }: StoredEvent): number => eventIdAt(buffer, at).readUInt32BE(12);

const numbersOf = async (batches: AsyncIterable<readonly StoredEvent[]>): Promise<number[]> => {
  const numbers: number[] = [];
  for await (const events of batches) numbers.push(...events.map(numberOf));
  return numbers;
};

/** The descriptor of this process for a file below the test's directory. */
const descriptorOf = (fileName: string): number => {
  const path = join(directory.path, fileName);
  const found = readdirSync('/proc/self/fd').find((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
    } catch {
      return false;
    }
  });
  return Number(found);
};

describe('a store', () => {
  it('shows nothing that is not durable', async () => {
    const store = await openStore(directory.path);
    const appending = appendTo(store, 's', 1);
    expect(store.views.view('s').kind).toBe('missing');
    expect(await numbersOf(readAllForwards(store.reader, 0))).toEqual([]);
    await appending;
    expect(store.views.view('s')).toMatchObject({ kind: 'events', first: 0, last: 0 });
    await store.close();
  });

  it('keeps the order in which appends came, across segments', async () => {
    const store = await openStore(directory.path);
    const numbers = Array.from({ length: 400 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => appendTo(store, `s-${number % 3}`, number)));
    expect(await numbersOf(readAllForwards(store.reader, 0))).toEqual(numbers);
    expect(await numbersOf(readAllBackwards(store.reader, Number.MAX_SAFE_INTEGER))).toEqual([...numbers].reverse());
    await store.close();
  });

  it('is read from any position, on the disk and in memory alike', async () => {
    const store = await openStore(directory.path);
    const numbers = Array.from({ length: 120 }, (_, index) => index + 1);
    const positions: number[] = [];
    for (const number of numbers) {
      const outcome = await appendTo(store, 's', number);
      positions.push(outcome.kind === 'appended' ? (outcome.position ?? 0) : 0);
    }
    const check = async (checked: Store): Promise<void> => {
      for (const [index, position] of positions.entries()) {
        const forwards = await readAllForwards(checked.reader, position - 3).next();
        const [first] = forwards.done === true ? [] : forwards.value.length > 0 ? forwards.value : [];
        if (first !== undefined) expect(positionAt(first.buffer, first.at)).toBe(position);
        expect(await numbersOf(readAllBackwards(checked.reader, position))).toEqual(numbers.slice(0, index).reverse());
      }
    };
    await check(store);
    await store.close();
    const again = await openStore(directory.path);
    await check(again);
    await again.close();
  });

  it('serves what has left its memory', async () => {
    const store = await openStore(directory.path, { segmentBytes: 1024 * 1024 });
    const filler = Buffer.alloc(256 * 1024, 7);
    const count = Math.ceil((2 * hotTailBytes) / filler.length);
    for (let number = 1; number <= count; number += 1) {
      await store.append({
        streamKey: 's',
        expected: 'any',
        events: [eventOf(number, { streamName: Buffer.from('s'), data: filler })],
      });
    }
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    expect(await numbersOf(readAllForwards(store.reader, 0))).toEqual(numbers);
    expect(await numbersOf(readStreamEvents(store, 's', 0, count - 1, 1))).toEqual(numbers);
    expect(await appendTo(store, 's', 1)).toMatchObject({ kind: 'appended', revision: 0 });
    await store.close();
  });

  it('refuses appends while there is no room, reads on, and takes them again when there is', async () => {
    const path = join(directory.path, 'data');
    mkdirSync(path);
    const store = await openStore(path);
    renameSync(path, `${path}-gone`);
    const refused: unknown[] = [];
    let number = 0;
    while (refused.length < 3) {
      number += 1;
      await appendTo(store, 's', number).catch((error: unknown) => refused.push(error));
    }
    for (const error of refused) expect(error).toBeInstanceOf(NoRoom);
    const stored = await numbersOf(readAllForwards(store.reader, 0));
    expect(stored).toEqual(Array.from({ length: number - 3 }, (_, index) => index + 1));
    renameSync(`${path}-gone`, path);
    expect(await appendTo(store, 's', number)).toMatchObject({ kind: 'appended' });
    expect(await numbersOf(readAllForwards(store.reader, 0))).toEqual([...stored, number]);
    await store.close();
  });

  it('stops by itself when a write fails, and acknowledges nothing of it', async () => {
    let failure: Error | null = null;
    const store = await openStore(directory.path, {
      onFailure: (error) => {
        failure = error;
      },
    });
    await appendTo(store, 's', 1);
    closeSync(descriptorOf('segment-00000001.log'));
    await expect(appendTo(store, 's', 2)).rejects.toThrow('EBADF');
    expect(failure).toBeInstanceOf(Error);
    await expect(appendTo(store, 's', 3)).rejects.toThrow('EBADF');
  });

  it('belongs to one server at a time', async () => {
    const options = { dataDir: directory.path, port: 0 };
    const server = await startEventStore(options);
    await expect(startEventStore(options)).rejects.toBeInstanceOf(DirectoryLocked);
    await server.stop();
    const next = await startEventStore(options);
    expect(next.uri).toBe(`esdb://${next.address}?tls=false`);
    await next.stop();
  });
});

describe('a subscription', () => {
  const subscriberTo = (
    seen: string[],
    wait: () => Promise<void>,
    controller: AbortController,
    enough: number,
  ): Subscriber => ({
    signal: controller.signal,
    events: async (events) => {
      seen.push(...events.map((event) => String(numberOf(event))));
      if (seen.filter((entry) => /^\d/.test(entry)).length >= enough) controller.abort();
      await wait();
    },
    checkpoint: async (position) => {
      seen.push(`checkpoint ${position > 0}`);
      await wait();
    },
    caughtUp: async () => {
      seen.push('caught up');
      await wait();
    },
    fellBehind: async () => {
      seen.push('fell behind');
      await wait();
    },
  });

  it('gets every event once, in order, however slow it is while others write', async () => {
    const store = await openStore(directory.path);
    const controllers = [0, 1, 5].map((delay) => ({ delay, controller: new AbortController(), seen: [] as string[] }));
    const subscriptions = controllers.map(({ delay, controller, seen }) => {
      const wait = async (): Promise<void> => {
        for (let turn = 0; turn < delay; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      };
      const subscription = { after: -1, test: null, eventsPerCheckpoint: 0 } as const;
      return subscribeToAll(store, subscription, subscriberTo(seen, wait, controller, 200));
    });
    const numbers = Array.from({ length: 200 }, (_, index) => index + 1);
    for (const number of numbers) await appendTo(store, `s-${number % 5}`, number);
    await Promise.all(subscriptions);
    for (const { seen } of controllers) {
      expect(seen.filter((entry) => /^\d/.test(entry))).toEqual(numbers.map(String));
      expect(seen).toContain('caught up');
    }
    await store.close();
  });

  it('tells checkpoints every so many events it looked at, and when it has caught up', async () => {
    const store = await openStore(directory.path);
    await appendTo(store, 's', ...Array.from({ length: 25 }, (_, index) => index + 1));
    const controller = new AbortController();
    const seen: string[] = [];
    const subscriber = subscriberTo(seen, () => Promise.resolve(), controller, 1);
    const test = (buffer: Buffer, at: number): boolean => numberOf({ buffer, at }) === 26;
    const served = subscribeToAll(store, { after: -1, test, eventsPerCheckpoint: 10 }, subscriber);
    await appendTo(store, 's', 26);
    await served;
    expect(seen.filter((entry) => entry === 'checkpoint true').length).toBeGreaterThanOrEqual(2);
    expect(seen.at(-1)).toBe('26');
    await store.close();
  });
});
