import { beforeEach, describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import { signCheckpoint } from './checkpoint.js';
import { entryText } from './entry.js';
import { eventAt, pagesOf } from './events.test-support.js';
import { hashBytes, sha256 } from './hashing.js';
import { checkpointSigned, checkpointStream } from './log-checkpoints.js';
import { verifyLog } from './log-verification.js';
import { LogWriter } from './log-writer.js';
import { MemoryStorage } from './memory-storage.test-support.js';
import { noteSigner } from './note.js';

const signer = noteSigner('tallyhall/test', Buffer.alloc(32, 7));
const count = 700;

let events: RecordedEvent[];
let storage: MemoryStorage;
let heads: { size: number; root: Buffer }[];

/** 700 events with a checkpoint after every hundred, logged. */
beforeEach(async () => {
  events = [];
  heads = [];
  storage = new MemoryStorage();
  const writer = LogWriter.empty();
  for (let number = 0; number < count; number += 1) {
    const event = number % 100 === 99 ? checkpointEvent(number, writer.state) : eventAt(number);
    events.push(event);
    await storage.write(writer.append([event]));
  }
  await storage.writeState(writer.state);
});

function checkpointEvent(number: number, { size, root }: { size: number; root: Buffer }): RecordedEvent {
  heads.push({ size, root });
  return {
    ...eventAt(number),
    type: checkpointSigned.type,
    stream: checkpointStream,
    revision: BigInt(Math.floor(number / 100)),
    data: { size: `${size}`, root: root.toString('base64'), note: signCheckpoint({ size, root }, signer) },
  };
}

const verify = (kept: { size: number; root: Buffer }[] = []) =>
  verifyLog({ events: pagesOf(events), storage, verifier: signer, kept });

/** Kinds and leaves of what is found. */
const found = async (): Promise<string[]> => (await verify()).findings.map(({ kind, leaf }) => `${kind} ${leaf}`);

describe('a log that nobody touched', () => {
  it('agrees with its store, to the last leaf', async () => {
    expect(await verify(heads)).toMatchObject({ size: count, notYetLogged: 0, checkpoints: 7, findings: [] });
    expect((await verify()).root).toBe(storage.state?.root.toString('base64'));
  });

  it('may be a little behind its store', async () => {
    events.push(eventAt(700), eventAt(701));
    expect(await verify()).toMatchObject({ size: count, notYetLogged: 2, findings: [] });
  });

  it('may be empty', async () => {
    storage = new MemoryStorage();
    events = [];
    expect(await verify()).toMatchObject({ size: 0, findings: [] });
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    await verifyLog({ events: pagesOf(events), storage, verifier: signer, onProgress: (leaves) => told.push(leaves) });
    expect(told).toEqual([256, 512]);
  });
});

describe('tampering with the store', () => {
  it('by changing an event is found, with what was changed', async () => {
    events[300] = { ...events[300]!, data: { amount: 1 } };
    const { findings } = await verify();
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'event-changed', leaf: 300, stream: 'wallet-0', revision: '60' }),
    ]);
    expect(findings[0]?.detail).toBe('its data is not what was logged');
  });

  it('by removing an event is found', async () => {
    events.splice(300, 1);
    expect(await found()).toEqual(['event-removed 300']);
  });

  it('by removing the last events is found', async () => {
    events.splice(698);
    expect(await found()).toEqual(['event-removed 698', 'event-removed 699']);
  });

  it('by swapping two events is found at both places', async () => {
    [events[300], events[310]] = [events[310]!, events[300]!];
    expect(await found()).toEqual(['event-moved 300', 'event-moved 310']);
  });

  it('by inserting an event is found', async () => {
    events.splice(300, 0, eventAt(9_000));
    const { findings } = await verify();
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'event-inserted', leaf: 300, eventId: eventAt(9_000).id }),
    ]);
  });

  it('by putting another event in the place of one is found', async () => {
    events[300] = eventAt(9_000);
    expect(await found()).toEqual(['event-changed 300']);
  });

  it('by a checkpoint that is signed over another tree is found at the checkpoint’s own leaf', async () => {
    const forged = { size: 500, root: sha256(Buffer.from('another tree')) };
    const writer = await LogWriter.resume(storage, storage.state!);
    const event = { ...checkpointEvent(700, { size: 700, root: forged.root }), id: eventAt(700).id };
    events.push(event);
    await storage.write(writer.append([event]));
    await storage.writeState(writer.state);
    expect(await found()).toEqual(['checkpoint-of-another-tree 700']);
  });

  it('by a checkpoint of another key is found', async () => {
    const other = noteSigner('tallyhall/test', Buffer.alloc(32, 8));
    const { findings } = await verifyLog({ events: pagesOf(events), storage, verifier: other });
    expect(findings.map(({ kind, leaf }) => [kind, leaf])).toEqual(
      [99, 199, 299, 399, 499, 599, 699].map((leaf) => ['checkpoint-invalid', leaf]),
    );
  });
});

describe('tampering with the log', () => {
  it('by changing a hash of a full tile is found at its leaf', async () => {
    const tile = storage.tiles.get('0/1')!;
    tile[44 * hashBytes] = (tile[44 * hashBytes] ?? 0) ^ 1;
    expect(await found()).toEqual(['tile-changed 300']);
  });

  it('by changing a hash above the leaves is found at its first leaf', async () => {
    const tile = storage.tiles.get('1/0')!;
    tile[hashBytes] = (tile[hashBytes] ?? 0) ^ 1;
    expect(await found()).toEqual(['tile-changed 256']);
  });

  it('by losing a tile is found', async () => {
    storage.tiles.delete('0/1');
    expect(await found()).toEqual(['tile-missing 256']);
  });

  it('by changing an entry is found, and told from a change of the store', async () => {
    storage.entries.set(300, entryText(300, eventAt(9_000)));
    expect(await found()).toEqual(['entry-changed 300']);
    storage.entries.set(300, 'nonsense');
    expect(await found()).toEqual(['entry-changed 300']);
  });

  it('by losing entries is found', async () => {
    storage.entries.delete(650);
    expect(await found()).toEqual(['tile-missing 650']);
  });

  it('and the store alike is found by the checkpoints', async () => {
    const writer = LogWriter.empty();
    const forged = new MemoryStorage();
    events[300] = { ...events[300]!, data: { amount: 1 } };
    await forged.write(writer.append(events));
    await forged.writeState(writer.state);
    storage = forged;
    const { findings } = await verify();
    expect(findings[0]).toMatchObject({ kind: 'checkpoint-of-another-tree', leaf: 399 });
    expect(findings[0]?.detail).toContain('leaves from 299 on are in doubt');
  });

  it('the store and every checkpoint alike is found by whoever kept one', async () => {
    const [, , third] = heads;
    const rewritten: RecordedEvent[] = [];
    const writer = LogWriter.empty();
    storage = new MemoryStorage();
    for (const [number, event] of events.entries()) {
      const changed = number === 150 ? { ...event, data: { amount: 1 } } : event;
      const next = number % 100 === 99 ? checkpointEvent(number, writer.state) : changed;
      rewritten.push(next);
      await storage.write(writer.append([next]));
    }
    await storage.writeState(writer.state);
    events = rewritten;
    expect((await verify()).findings).toEqual([]);
    expect((await verify([third!])).findings).toEqual([
      expect.objectContaining({ kind: 'checkpoint-of-another-tree', leaf: 298 }),
    ]);
    expect((await verify([{ ...third!, size: 5_000 }])).findings[0]?.detail).toContain('the log has only 700 leaves');
  });
});

describe('many findings', () => {
  it('are listed to the first hundred, and counted', async () => {
    events = events.map((event) => ({ ...event, type: 'wallet.funds-withdrawn.v1' }));
    const { findings, furtherFindings } = await verify();
    expect(findings).toHaveLength(100);
    expect(furtherFindings).toBe(600);
  });
});
