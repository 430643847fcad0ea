import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';
import { hashLeaf, includes, isConsistent, openCheckpoint, verifyLog } from '#tamper-log';

import { checkLog, isCheckDue, lastChecked } from './log-check.js';
import { LogCollections, LogTakenOver } from './log-collections.js';
import { LogInconsistent, LogKeeper } from './log-keeper.js';
import { ProofDesk } from './proof-desk.js';
import { storePages } from './store-pages.js';
import { clock, signer, startStores, type TestStores } from './stores.test-support.js';

let stores: TestStores;
let desk: ProofDesk;

beforeAll(async () => {
  stores = await startStores();
  desk = new ProofDesk(stores.store, signer, stores.readModels);
});
afterAll(() => stores.stop());

/** Checks are told apart by the time of their start. */
const now = () => new Date();
const everyEvent = () => true;
const verification = () => verifyLog({ events: storePages(stores.store), storage: stores.storage, verifier: signer });
const checkpoints = async (): Promise<number[]> =>
  (await stores.history())
    .filter(({ stream }) => stream === 'audit-checkpoints')
    .map(({ data }) => Number((data as { size: string }).size));

describe('the keeper of the log', () => {
  it('signs what came, once, and its own checkpoint with what comes next', async () => {
    const keeper = await stores.keeper();
    await keeper.look();
    expect(await checkpoints()).toEqual([1]);
    await keeper.look();
    await keeper.look();
    expect(await checkpoints()).toEqual([1]);
    await stores.deposit(3);
    await keeper.look();
    expect(await checkpoints()).toEqual([1, 5]);
    expect(await verification()).toMatchObject({ size: 5, notYetLogged: 1, checkpoints: 1, findings: [] });
  });

  it('goes on after a restart, over the border of a bundle', async () => {
    await stores.deposit(600);
    await (await stores.keeper()).look();
    await stores.deposit(1);
    await (await stores.keeper()).look();
    expect(await checkpoints()).toEqual([1, 5, 606, 608]);
    expect(await verification()).toMatchObject({ size: 608, findings: [], checkpoints: 3 });
  });

  it('takes from memory what is in there, the rest from the store, and when it stops all from the store', async () => {
    const { store, storage } = stores;
    const seen = (await stores.history()).at(-1)?.position ?? 0n;
    let reads = 0;
    const counting = { ...store, append: store.append.bind(store), readStream: store.readStream.bind(store) };
    const readAll: typeof store.readAll = (options) => ((reads += 1), store.readAll(options));
    const recentEvents = async (): Promise<RecordedEvent[]> =>
      (await stores.history()).filter(({ position }) => position > seen);
    await stores.deposit(3);
    let kept = await recentEvents();
    const recent = { since: (after = 0n) => (after < seen ? undefined : kept.filter((e) => e.position > after)) };
    const keeper = await LogKeeper.open({ store: { ...counting, readAll }, storage, signer, clock, recent });
    await keeper.look();
    expect(reads).toBeGreaterThan(0);
    await stores.deposit(4);
    kept = await recentEvents();
    reads = 0;
    await keeper.look();
    expect([reads, (await storage.readState())?.through]).toEqual([0, kept.at(-1)?.position]);
    await stores.deposit(1);
    await keeper.keep(AbortSignal.abort());
    expect(await verification()).toMatchObject({ findings: [], notYetLogged: 1 });
  });

  it('signs once more when it is told to stop', async () => {
    const stopping = new AbortController();
    const kept = (await stores.keeper()).keep(stopping.signal);
    await stores.deposit(1);
    stopping.abort();
    await kept;
    expect((await checkpoints()).at(-1)).toBe((await stores.storage.readState())?.size);
    expect(await verification()).toMatchObject({ findings: [], notYetLogged: 1 });
  });

  it('is one: of two, the one that comes late writes nothing', async () => {
    const [first, second] = [await stores.keeper(), await stores.keeper()];
    await stores.deposit(1);
    await first.look();
    const before = await checkpoints();
    await expect(second.look()).rejects.toThrow(LogTakenOver);
    expect(await checkpoints()).toEqual(before);
  });

  it('makes the log anew, identically, and signs on', async () => {
    const { readModels } = stores;
    const entries = await stores.storage.readEntries(1);
    const tile = await stores.storage.readTiles([{ level: 0, index: 1 }]);
    for (const name of ['audit-log-entries', 'audit-log-tiles', 'audit-log-bundles', 'audit-log-state']) {
      const collection = readModels.collection<object>(name);
      for (const { id } of await collection.list({ limit: 1_000 })) await collection.delete(id);
    }
    await stores.deposit(1);
    await (await stores.keeper()).look();
    expect(await stores.storage.readEntries(1)).toEqual(entries);
    expect(await stores.storage.readTiles([{ level: 0, index: 1 }])).toEqual(tile);
    expect(await verification()).toMatchObject({ findings: [] });
  });
});

describe('a proof', () => {
  it('shows that an event is in the newest checkpoint, by hashing alone', async () => {
    for (const revision of [0n, 57n, 120n]) {
      const { entry, index, hashes, checkpoint } = await desk.prove('wallet-0', revision, everyEvent);
      const { size, root } = openCheckpoint(checkpoint.note, signer);
      expect(includes(hashLeaf(Buffer.from(entry)), index, size, hashes, root)).toBe(true);
      expect(JSON.parse(entry)).toMatchObject({ stream: 'wallet-0', revision: `${revision}`, index: `${index}` });
    }
  });

  it('of an event that is not there, not the caller’s, or not signed yet, is refused', async () => {
    await expect(desk.prove('wallet-0', 9_999n, everyEvent)).rejects.toMatchObject({ code: 'event_unknown' });
    await expect(desk.prove('wallet-0', 0n, () => false)).rejects.toMatchObject({ code: 'event_unknown' });
    await stores.deposit(5);
    const newest = (await stores.history()).at(-1);
    await expect(desk.prove(newest!.stream, newest!.revision, everyEvent)).rejects.toMatchObject({
      code: 'not_logged_yet',
    });
    await (await stores.keeper()).look();
  });

  it('of consistency joins any two sizes', async () => {
    const all = await stores.history();
    const heads = all
      .filter(({ stream }) => stream === 'audit-checkpoints')
      .map(({ data }) => openCheckpoint((data as { note: string }).note, signer));
    const [first, , third] = heads;
    const fresh = new ProofDesk(stores.store, signer, stores.readModels);
    for (const [from, to] of [
      [first, third],
      [third, heads.at(-1)],
    ] as const)
      expect(isConsistent(from!, to!, await fresh.consistency(from!.size, to!.size))).toBe(true);
    await expect(fresh.consistency(2, 1)).rejects.toMatchObject({ code: 'size_unknown' });
    await expect(fresh.consistency(1, 1_000_000)).rejects.toMatchObject({ code: 'size_unknown' });
  });

  it('needs tiles of signed leaves only, and gets no others', async () => {
    const { size } = await new ProofDesk(stores.store, signer, stores.readModels).signed();
    const fresh = new ProofDesk(stores.store, signer, stores.readModels);
    expect(await fresh.tile({ level: 0, index: 0, width: 256 })).toHaveLength(256 * 32);
    expect(await fresh.tile({ level: 1, index: 0, width: Math.floor(size / 256) })).toBeDefined();
    expect(await fresh.tile({ level: 0, index: 2, width: size - 512 })).toHaveLength((size - 512) * 32);
    expect(await fresh.tile({ level: 0, index: 2, width: size - 511 })).toBeUndefined();
    expect(await fresh.tile({ level: 'entries', index: 2, width: 1 })).toBeDefined();
    expect(await fresh.tile({ level: 'entries', index: 9, width: 1 })).toBeUndefined();
  });
});

describe('a check of the log', () => {
  it('is put on record', async () => {
    const { store, storage } = stores;
    expect(await lastChecked(store)).toBeUndefined();
    expect(await checkLog({ store, storage, verifier: signer, clock: now })).toMatchObject({ findings: [] });
    expect(await lastChecked(store)).toBeInstanceOf(Date);
    expect((await stores.history()).at(-1)).toMatchObject({ type: 'audit.log-checked.v1', data: { findings: 0 } });
  });

  it('is due once a night', () => {
    const at = (time: string) => new Date(`2026-01-15T${time}Z`);
    expect(isCheckDue(undefined, at('12:00:00'))).toBe(true);
    expect(isCheckDue(at('02:59:00'), at('03:01:00'))).toBe(true);
    expect(isCheckDue(at('03:00:30'), at('23:59:00'))).toBe(false);
    expect(isCheckDue(at('12:00:00'), new Date('2026-01-16T02:00:00Z'))).toBe(false);
    expect(isCheckDue(at('12:00:00'), new Date('2026-01-16T03:00:00Z'))).toBe(true);
  });

  it('that disagrees raises an alarm for each leaf, once a day', async () => {
    const collection = stores.readModels.collection<{ hashes: string }>('audit-log-tiles');
    const id = '0/0000000000000001';
    const tile = await collection.get(id);
    const hashes = Buffer.from(tile!.hashes, 'base64');
    hashes[44 * 32] = (hashes[44 * 32] ?? 0) ^ 1;
    await collection.put(id, { hashes: hashes.toString('base64') });
    const { store, storage } = stores;
    const check = () => checkLog({ store, storage, verifier: signer, clock: now });
    expect((await check()).findings).toEqual([expect.objectContaining({ kind: 'tile-changed', leaf: 300 })]);
    const alarms = (await stores.history()).filter(({ type }) => type === 'audit.log-disagreed.v1');
    expect(alarms.map(({ data }) => data)).toEqual([expect.objectContaining({ kind: 'tile-changed', leaf: 300 })]);
    expect((await check()).findings).toHaveLength(1);
    expect((await stores.history()).filter(({ type }) => type === 'audit.log-disagreed.v1')).toHaveLength(1);
    await collection.put(id, tile!);
    expect((await check()).findings).toEqual([]);
  });
});

describe('what was not signed by the log', () => {
  it('is not continued: leaves that make another tree', async () => {
    const state = stores.readModels.collection<{ root: string }>('audit-log-state');
    const stored = await state.get('state');
    await state.put('state', { ...stored!, root: Buffer.alloc(32).toString('base64') });
    await expect(stores.keeper()).rejects.toThrow(LogInconsistent);
    await state.put('state', stored!);
  });

  it('is not continued: a checkpoint of another key', async () => {
    const { store, readModels } = stores;
    const other = { ...signer, verify: () => false };
    const opened = LogKeeper.open({ store, storage: new LogCollections(readModels), signer: other, clock });
    await expect(opened).rejects.toThrow('the signature of tallyhall/');
  });
});
