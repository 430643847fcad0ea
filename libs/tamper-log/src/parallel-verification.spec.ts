import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import { signCheckpoint } from './checkpoint.js';
import { eventAt, pagesOf } from './events.test-support.js';
import { hashBytes, sha256 } from './hashing.js';
import { checkpointSigned, checkpointStream } from './log-checkpoints.js';
import type { LogState } from './log-storage.js';
import { verifyLog } from './log-verification.js';
import { LogWriter } from './log-writer.js';
import { MemoryStorage } from './memory-storage.test-support.js';
import { noteSigner } from './note.js';
import { verifyInStretches } from './parallel-verification.js';
import { compareStretch, type Stretch } from './stretch.js';

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));
/** Two whole stretches and a part of a third, which ends within a bundle. */
const count = 2 * 8_192 + 700;
const checkpointEvery = 1_500;

let logged: { events: RecordedEvent[]; storage: MemoryStorage; heads: LogState[] };
let events: RecordedEvent[];
let storage: MemoryStorage;

beforeAll(async () => {
  logged = { events: [], storage: new MemoryStorage(), heads: [] };
  const writer = LogWriter.empty();
  for (let number = 0; number < count; number += 1) {
    const isCheckpoint = number % checkpointEvery === checkpointEvery - 1;
    if (isCheckpoint) logged.heads.push(writer.state);
    const event = isCheckpoint ? checkpointEvent(number, writer.state) : eventAt(number);
    logged.events.push(event);
    await logged.storage.write(writer.append([event]));
  }
  await logged.storage.writeState(writer.state);
});

/** Every test spoils copies of its own. */
beforeEach(() => {
  events = [...logged.events];
  storage = new MemoryStorage();
  for (const [index, entry] of logged.storage.entries) storage.entries.set(index, entry);
  for (const [path, tile] of logged.storage.tiles) storage.tiles.set(path, Buffer.from(tile));
  for (const [index, end] of logged.storage.ends) storage.ends.set(index, end);
  storage.state = logged.storage.state;
});

const checkpointEvent = (number: number, { size, root }: Pick<LogState, 'size' | 'root'>): RecordedEvent => ({
  ...eventAt(number),
  type: checkpointSigned.type,
  stream: checkpointStream,
  data: { size: `${size}`, root: root.toString('base64'), note: signCheckpoint({ size, root }, signer) },
});

/** As a thread reads them: after a position, and no more than the stretch has. */
async function compare(stretch: Stretch) {
  const { after, through, start, end } = stretch;
  const following = events.filter(({ position }) => after === null || position > after);
  const read = through === null ? following : following.slice(0, end - start);
  return compareStretch(stretch, pagesOf(read, 1_000), storage);
}

const verify = (kept: { size: number; root: Buffer }[] = []) =>
  verifyInStretches({ storage, verifier: signer, kept, compare, atOnce: 3 });

describe('a log that agrees with its store', () => {
  it('is verified as one by one', async () => {
    const oneByOne = await verifyLog({ events: pagesOf(events), storage, verifier: signer, kept: logged.heads });
    expect(oneByOne).toMatchObject({ size: count, checkpoints: 11, findings: [] });
    expect(await verify(logged.heads)).toEqual(oneByOne);
  });

  it('may be behind its store', async () => {
    events.push(eventAt(count), eventAt(count + 1));
    expect(await verify()).toMatchObject({ size: count, notYetLogged: 2, findings: [] });
  });

  it('may be empty, or end with a stretch', async () => {
    const writer = LogWriter.empty();
    [storage, events] = [new MemoryStorage(), []];
    expect(await verify()).toMatchObject({ size: 0, findings: [] });
    events = Array.from({ length: 8_192 }, (_, number) => eventAt(number));
    await storage.write(writer.append(events));
    await storage.writeState(writer.state);
    expect(await verify()).toMatchObject({ size: 8_192, root: writer.state.root.toString('base64'), notYetLogged: 0 });
  });

  it('is read in parts whose answers may come in any order', async () => {
    const told: number[] = [];
    const late = async (stretch: Stretch) => {
      const agreed = await compare(stretch);
      await new Promise((resolve) => setTimeout(resolve, stretch.start === 0 ? 20 : 0));
      return agreed;
    };
    const onProgress = (leaves: number): void => void told.push(leaves);
    const verified = await verifyInStretches({ storage, verifier: signer, compare: late, atOnce: 3, onProgress });
    expect(verified?.root).toBe(storage.state?.root.toString('base64'));
    expect(told).toEqual([8_192, 16_384, count]);
  });
});

describe('a disagreement anywhere', () => {
  const places = [0, 8_191, 8_192, count - 1];
  const tampering: Record<string, (at: number) => void> = {
    'changed event': (at) => void (events[at] = { ...events[at]!, data: { amount: -1 } }),
    'removed event': (at) => void events.splice(at, 1),
    'inserted event': (at) => void events.splice(at, 0, { ...eventAt(90_000), position: events[at]!.position - 1n }),
    'lost entry': (at) => void storage.entries.delete(at),
    'changed entry': (at) => void storage.entries.set(at, `${storage.entries.get(at)} `),
  };
  for (const [what, tamper] of Object.entries(tampering))
    it.each(places)(`is seen: ${what} %d`, async (at) => {
      tamper(at);
      expect(await verify()).toBeUndefined();
    });

  it.each(['0/0', '0/32', '0/65', '1/0'])('is seen: spoilt or lost tile %s', async (path) => {
    const tile = storage.tiles.get(path)!;
    tile[tile.length - hashBytes] = (tile[tile.length - hashBytes] ?? 0) ^ 1;
    expect(await verify()).toBeUndefined();
    storage.tiles.delete(path);
    expect(await verify()).toBeUndefined();
  });

  it('is seen where a checkpoint was signed over another tree, or a kept head is of another log', async () => {
    const writer = await LogWriter.resume(storage, storage.state!);
    const forged = checkpointEvent(count, { size: 500, root: sha256(Buffer.from('another tree')) });
    events.push(forged);
    await storage.write(writer.append([forged]));
    await storage.writeState(writer.state);
    expect(await verify()).toBeUndefined();
    events.pop();
    storage.state = logged.storage.state;
    expect(await verify([{ size: 500, root: sha256(Buffer.from('another tree')) }])).toBeUndefined();
    expect(await verify([{ size: count + 1, root: sha256(Buffer.from('later')) }])).toBeUndefined();
  });

  it('is not hidden by what the storage says of where a stretch ends', async () => {
    const end = storage.ends.get(31)!;
    for (const position of [end.position - 640n, end.position + 640n, end.position + 1n, 0n, 10n ** 12n]) {
      storage.ends.set(31, { ...end, position });
      expect([position, await verify()]).toEqual([position, undefined]);
    }
  });
});

it('fails where the stores cannot be read', async () => {
  const broken = () => Promise.reject(new Error('the store is away'));
  const verified = verifyInStretches({ storage, verifier: signer, compare: broken, atOnce: 3 });
  await expect(verified).rejects.toThrow('the store is away');
});
