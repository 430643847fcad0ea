import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { noMemory } from '#sas';

import { realDisk, type Disk } from './disk.js';
import { readFrame } from './frame.js';
import { Journal, type Entry, type JournalOptions } from './journal.js';

let directory: string;
let open: Journal[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tallyhall-journal-'));
  open = [];
});

afterEach(async () => {
  for (const journal of open) await journal.close();
  await rm(directory, { recursive: true });
});

async function opened(options: Partial<JournalOptions> = {}): Promise<Journal> {
  const journal = await Journal.open({ directory, gatewayId: 'gateway-1', ...options });
  open.push(journal);
  return journal;
}

async function closed(journal: Journal): Promise<void> {
  open = open.filter((each) => each !== journal);
  await journal.close();
}

const doorOpened = (machineId = 'm1', outstanding: string | null = null): Entry => ({
  kind: 'machine',
  machineId,
  facts: [{ at: '2026-01-15T13:30:00.000Z', frame: '01FF1114A4', body: { kind: 'door-opened', door: 'slot' } }],
  memory: { ...noMemory, outstanding },
});

const sequencesOf = async (journal: Journal, machineId = 'm1'): Promise<number[]> => {
  const { facts } = await journal.read(journal.start, 10_000, (fact) => fact.machineId === machineId);
  return facts.map(({ fact }) => fact.sequence);
};

describe('a journal', () => {
  it('numbers facts for each machine without a gap, over restarts', async () => {
    const before = await opened();
    await Promise.all([before.append(doorOpened()), before.append(doorOpened('m2')), before.append(doorOpened())]);
    await closed(before);
    const after = await opened();
    await after.append(doorOpened());
    expect(after.journalId).toBe(before.journalId);
    expect(await sequencesOf(after)).toEqual([1, 2, 3]);
    expect(await sequencesOf(after, 'm2')).toEqual([1]);
  });

  it('gives back what the host must remember, and the commands that are not settled', async () => {
    const before = await opened();
    const command = { id: 'a7f1c3ce-5a52-4f2f-8a53-0f9d1f3c9b10', machineId: 'm1', kind: 'lock-play' as const };
    const commands = [{ ...command, deadline: '2026-01-15T13:30:30.000Z' }];
    await before.append({ kind: 'commands', cursor: 'c9', commands });
    await before.append(doorOpened('m1', '01FF1114A4'));
    await closed(before);
    const { state } = await opened();
    expect(state.machines.m1).toEqual({ next: 2, memory: { ...noMemory, outstanding: '01FF1114A4' } });
    expect(state.commands).toEqual({ cursor: 'c9', unsettled: commands, settledIds: [] });
  });

  it('forgets a command once it is settled, and knows its id', async () => {
    const before = await opened();
    const command = { id: 'a7f1c3ce-5a52-4f2f-8a53-0f9d1f3c9b10', machineId: 'm1', kind: 'lock-play' as const };
    await before.append({
      kind: 'commands',
      cursor: '1',
      commands: [{ ...command, deadline: '2026-01-15T13:30:30Z' }],
    });
    const body = { kind: 'command-settled' as const, commandId: command.id, outcome: 'acknowledged' as const };
    await before.append({
      kind: 'machine',
      machineId: 'm1',
      facts: [{ at: '2026-01-15T13:30:01Z', body }],
      memory: null,
    });
    await closed(before);
    const { state } = await opened();
    expect(state.commands).toEqual({ cursor: '1', unsettled: [], settledIds: [command.id] });
  });

  it('is held by one gateway', async () => {
    await opened();
    await expect(opened()).rejects.toThrow(`in use by another gateway (process ${process.pid})`);
  });

  it('is of one gateway only', async () => {
    await closed(await opened());
    await expect(opened({ gatewayId: 'gateway-2' })).rejects.toThrow('is the journal of gateway gateway-1');
  });

  it('closes segments, and deletes those that the platform has', async () => {
    const journal = await opened({ segmentBytes: 600 });
    for (let count = 0; count < 12; count += 1) await journal.append(doorOpened());
    const before = (await readdir(directory)).length;
    expect(before).toBeGreaterThan(4);
    expect(await journal.release(() => 7)).toBeGreaterThan(0);
    expect(journal.oldest('m1')).toBeLessThanOrEqual(7);
    const kept = await sequencesOf(journal);
    expect(kept.at(-1)).toBe(12);
    expect(kept[0]).toBe(journal.oldest('m1'));
    await closed(journal);
    expect((await opened()).state.machines.m1?.next).toBe(13);
  });

  it('finds a machine’s fact from the start of its segment', async () => {
    const journal = await opened({ segmentBytes: 600 });
    for (let count = 0; count < 12; count += 1) await journal.append(doorOpened());
    const { facts } = await journal.read(journal.placeOf('m1', 8), 100, ({ fact }) => fact.sequence >= 8);
    expect(facts[0]?.fact.sequence).toBe(8);
  });

  it('reads a batch at a time', async () => {
    const journal = await opened();
    for (let count = 0; count < 9; count += 1) await journal.append(doorOpened());
    const first = await journal.read(journal.start, 4, () => true);
    const second = await journal.read(first.end, 100, () => true);
    expect(first.facts.map(({ fact }) => fact.sequence)).toEqual([1, 2, 3, 4]);
    expect(second.facts.map(({ fact }) => fact.sequence)).toEqual([5, 6, 7, 8, 9]);
    expect(second.end).toEqual(journal.end);
  });
});

describe('a journal whose disk is full', () => {
  it('says so, waits, and goes on when there is room', async () => {
    let room = true;
    const disk: Disk = {
      ...realDisk,
      openToAppend: (path) => realDisk.openToAppend(path),
      create: async (path) => {
        const file = await realDisk.create(path);
        const write: typeof file.write = async (bytes, offset) => {
          if (room) return file.write(bytes, offset);
          await file.write(bytes.subarray(0, 5), offset);
          room = true;
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        };
        return { ...file, write };
      },
    };
    const said: string[] = [];
    const events = { full: () => void said.push('full'), roomAgain: () => void said.push('room again') };
    const journal = await opened({ disk, events });
    room = false;
    await journal.append(doorOpened());
    expect(said).toEqual(['full', 'room again']);
    expect(await sequencesOf(journal)).toEqual([1]);
  });
});

describe('a journal after a crash', () => {
  const lastSegment = (): string => join(directory, '00000001.journal');

  async function written(): Promise<{ bytes: Buffer; lastFrame: number }> {
    const journal = await opened();
    for (let count = 0; count < 3; count += 1) await journal.append(doorOpened());
    await closed(journal);
    const bytes = await readFile(lastSegment());
    let lastFrame = 0;
    for (let offset = 0; offset < bytes.length;) {
      const reading = readFrame(bytes, offset);
      if (reading.kind !== 'frame') throw new Error('not whole');
      lastFrame = offset;
      offset = reading.end;
    }
    return { bytes, lastFrame };
  }

  it('goes on from the commit before, wherever the last one was torn', async () => {
    const { bytes, lastFrame } = await written();
    for (let cut = lastFrame; cut < bytes.length; cut += 1) {
      await writeFile(lastSegment(), bytes.subarray(0, cut));
      const journal = await opened();
      expect(journal.state.machines.m1?.next).toBe(3);
      expect(journal.repaired?.offset ?? lastFrame).toBe(lastFrame);
      await closed(journal);
      expect(await readFile(lastSegment())).toHaveLength(lastFrame);
    }
  });

  it('goes on from the commit before, whichever byte of the last one is wrong', async () => {
    const { bytes, lastFrame } = await written();
    for (let at = lastFrame; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
      await writeFile(lastSegment(), flipped);
      const journal = await opened();
      expect(journal.state.machines.m1?.next).toBe(3);
      await closed(journal);
    }
  });

  it('is refused with segment and offset when a byte before the last commit is wrong', async () => {
    const { bytes, lastFrame } = await written();
    for (let at = 0; at < lastFrame; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 0x10, at);
      await writeFile(lastSegment(), flipped);
      await expect(opened()).rejects.toThrow(/00000001\.journal is damaged at offset \d+/);
    }
  });

  it('takes away a segment that was never begun', async () => {
    const { bytes } = await written();
    await writeFile(join(directory, '00000002.journal'), bytes.subarray(0, 20));
    const journal = await opened();
    expect(journal.state.machines.m1?.next).toBe(4);
    await journal.append(doorOpened());
    expect(await sequencesOf(journal)).toEqual([1, 2, 3, 4]);
  });

  it('is refused when a segment in between is missing', async () => {
    const journal = await opened({ segmentBytes: 600 });
    for (let count = 0; count < 12; count += 1) await journal.append(doorOpened());
    await closed(journal);
    await rm(join(directory, '00000002.journal'));
    await expect(opened()).rejects.toThrow('00000002.journal is missing');
  });
});
