import { describe, expect, it } from '@jest/globals';

import { decodeBundle, encodeBundle } from './bundle.js';
import { entryText, parseEntry } from './entry.js';
import { eventAt, eventsUpTo } from './events.test-support.js';
import { hashBytes, hashLeaf } from './hashing.js';
import { joinedChanges, LogWriter } from './log-writer.js';
import { MemoryStorage } from './memory-storage.test-support.js';
import { RecursiveTree } from './recursive-tree.test-support.js';
import { parseTilePath, tilePath } from './tile-path.js';
import { TileMissing, TileReader } from './tile-reader.js';

async function logged(count: number, ...batches: number[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const writer = LogWriter.empty();
  let from = 0;
  for (const to of [...batches, count]) {
    await storage.write(writer.append(eventsUpTo(to, from)));
    from = to;
  }
  await storage.writeState(writer.state);
  return storage;
}

/** Everything that a storage holds, as one text. */
const contentOf = ({ tiles, entries, ends, state }: MemoryStorage): string =>
  [...tiles]
    .map(([key, hashes]) => `${key} ${hashes.toString('hex')}`)
    .sort()
    .join('\n') +
  [...entries]
    .map(([index, entry]) => `${index} ${entry}`)
    .sort()
    .join('\n') +
  [...ends.values()]
    .map(({ index, position, created }) => `${index} ${position} ${created}`)
    .sort()
    .join('\n') +
  `${state?.size} ${state?.through} ${state?.root.toString('hex')}`;

const hashesOf = (count: number): Buffer[] =>
  eventsUpTo(count).map((event, index) => hashLeaf(Buffer.from(entryText(index, event))));

describe('an entry', () => {
  it('is canonical JSON of all that a leaf binds, and is read back', () => {
    const text = entryText(7, eventAt(12));
    expect(parseEntry(text)).toMatchObject({ index: '7', stream: 'wallet-2', revision: '2', id: eventAt(12).id });
    for (const wrong of ['', '{}', text.replace('"format":1', '"format":2'), text.replace('":"', '": "'), `${text} `])
      expect(() => parseEntry(wrong)).toThrow(TypeError);
  });

  it.each([
    ['data', { data: { changed: true } }],
    ['metadata', { metadata: { ...eventAt(12).metadata, reason: 'another' } }],
    ['type', { type: 'wallet.funds-withdrawn.v1' }],
    ['stream', { stream: 'wallet-3' }],
    ['revision', { revision: 3n }],
    ['id', { id: eventAt(13).id }],
    ['time', { recordedAt: new Date(0) }],
  ])('is another one for another %s', (_, change) => {
    expect(entryText(7, { ...eventAt(12), ...change })).not.toBe(entryText(7, eventAt(12)));
  });

  it('does not bind the position, which a migration changes', () => {
    const elsewhere = { ...eventAt(12), position: 1n };
    expect(entryText(7, elsewhere)).toBe(entryText(7, eventAt(12)));
  });

  it('with names that no bundle could hold is refused', () => {
    expect(() => entryText(0, { ...eventAt(0), stream: 'x'.repeat(66_000) })).toThrow('more than 65535 bytes');
  });
});

describe('a bundle', () => {
  it('gives back the entries that it was made of', () => {
    const entries = ['', 'a', 'ü'.repeat(400)];
    expect(decodeBundle(encodeBundle(entries))).toEqual(entries);
    expect(encodeBundle(['ab']).toString('hex')).toBe('00026162');
  });

  it('that ends within an entry is refused', () => {
    expect(() => decodeBundle(Buffer.from('000361', 'hex'))).toThrow(RangeError);
    expect(() => decodeBundle(Buffer.from('00', 'hex'))).toThrow(RangeError);
  });
});

describe('an address of a tile', () => {
  it.each([
    ['0/x001/x234/067', { level: 0, index: 1_234_067, width: 256 }],
    ['0/000', { level: 0, index: 0, width: 256 }],
    ['63/999', { level: 63, index: 999, width: 256 }],
    ['1/x001/000.p/17', { level: 1, index: 1_000, width: 17 }],
    ['entries/x273/070.p/112', { level: 'entries' as const, index: 273_070, width: 112 }],
  ])('%s is read and written', (path, address) => {
    expect(parseTilePath(path)).toEqual(address);
    expect(tilePath(address)).toBe(path);
  });

  it.each([
    '64/000',
    '00/000',
    '0/0',
    '0/x000/001',
    '0/001/002',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    'data/000',
    '0/000/',
    '',
  ])('%j names none', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });
});

describe('the tiles of a log', () => {
  it('of 70 000 leaves are those that C2SP counts', async () => {
    const { tiles, entries, ends } = await logged(70_000);
    const widths = (level: number): number[] =>
      [...tiles].filter(([key]) => key.startsWith(`${level}/`)).map(([, { length }]) => length / hashBytes);
    expect(widths(0)).toHaveLength(273);
    expect(widths(1)).toEqual([256, 17]);
    expect(widths(2)).toEqual([1]);
    expect(entries.size % 256).toBe(112);
    expect(ends.get(272)).toMatchObject({ position: eventAt(273 * 256 - 1).position });
  });

  it('hold the hashes that the RFC gives their subtrees', async () => {
    const storage = await logged(1_500);
    const tree = new RecursiveTree(hashesOf(1_500));
    const reader = new TileReader(storage);
    for (const height of [0, 3, 7, 8, 9, 10])
      for (let index = 0; (index + 1) * 2 ** height <= 1_500; index += 1)
        expect((await reader.hashOf({ height, index })).toString('hex')).toBe(
          tree.root(index * 2 ** height, (index + 1) * 2 ** height).toString('hex'),
        );
  });

  it('are the same whatever was logged at once, and after any restart', async () => {
    const whole = await logged(1_100);
    const single = await logged(1_100, 1, 2, 255, 256, 257, 511, 1_024);
    const restarted = await logged(700, 300);
    const writer = await LogWriter.resume(restarted, restarted.state!);
    await restarted.write(writer.append(eventsUpTo(1_100, 700)));
    await restarted.writeState(writer.state);
    for (const storage of [single, restarted]) expect(contentOf(storage) === contentOf(whole)).toBe(true);
  });

  it('are the same where several appends are written as one, each entry and tile once', async () => {
    const writer = LogWriter.empty();
    const parts = [1, 200, 256, 300, 700].map((to, at, all) => writer.append(eventsUpTo(to, all[at - 1] ?? 0)));
    const joined = joinedChanges(parts);
    const storage = new MemoryStorage();
    await storage.write(joined);
    await storage.writeState(writer.state);
    expect(contentOf(storage) === contentOf(await logged(700))).toBe(true);
    expect(joined.runs.map(({ start, entries }) => [start, entries.length])).toEqual([
      [0, 256],
      [256, 256],
      [512, 188],
    ]);
    expect(joined.tiles.map(({ level, index }) => `${level}/${index}`)).toEqual(['0/0', '1/0', '0/1']);
  });

  it('are the same after a write that was never finished', async () => {
    const storage = await logged(300);
    const interrupted = await LogWriter.resume(storage, storage.state!);
    await storage.write(interrupted.append(eventsUpTo(800, 300)));
    const writer = await LogWriter.resume(storage, storage.state!);
    await storage.write(writer.append(eventsUpTo(800, 300)));
    await storage.writeState(writer.state);
    expect(contentOf(storage) === contentOf(await logged(800))).toBe(true);
  });

  it('that are missing or too short are named', async () => {
    const storage = await logged(600);
    storage.tiles.delete('1/0');
    await expect(new TileReader(storage).tile(1, 0, 2)).rejects.toThrow(TileMissing);
    await expect(new TileReader(storage).tile(0, 2, 89)).rejects.toThrow('The tile 0/2 of the log is missing');
    expect(await new TileReader(storage).tile(0, 2, 88)).toHaveLength(88 * hashBytes);
  });
});
