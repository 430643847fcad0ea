import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Api } from '../support/api.js';
import { type Demo, startDemo } from '../support/demo.js';
import { LiveClient, type PushedEvent } from '../support/live.js';
import { until } from '../support/processes.js';
import { CallbackReceiver } from '../support/receiver.js';

interface List<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
interface Machine {
  readonly id: string;
  readonly serial: string;
  readonly state: string;
  readonly play: string;
  readonly doors: Readonly<Record<string, string>>;
  readonly credit: { readonly amount: { readonly value: number } } | null;
}
interface AuditRecord {
  readonly type: string;
  readonly position: string;
  readonly actor: { readonly kind: string; readonly name: string | null };
  readonly data: Readonly<Record<string, unknown>>;
}

const startMs = 120_000;

let demo: Demo;
let integrator: Api;
let regulator: Api;
let manager: Api;
let live: LiveClient;
let receiver: CallbackReceiver;
let machine: Machine;

beforeAll(async () => {
  demo = await startDemo({ machines: 3, gameEveryMs: 0 });
  integrator = await Api.ofClient(demo.url, demo.demo.clients.integrator);
  regulator = await Api.ofClient(demo.url, demo.demo.clients.regulator);
  manager = await Api.ofStaff(demo.url, demo.demo.staff.manager);
  const { hallId } = demo.demo;
  receiver = await CallbackReceiver.start();
  const types = ['wallet.deposit', 'machine.state', 'machine.win', 'machine.bet', 'hall.alarm'];
  const { status, body } = await integrator.post<{ secret: string }>('/api/v1/callbacks', {
    hallId,
    url: receiver.url,
    types,
  });
  expect(status).toBe(201);
  receiver.trust(body.secret);
  live = await LiveClient.connect(demo.url, integrator.token);
  for (const topic of ['machines', 'bets', 'alarms', 'wallets']) {
    expect(await live.subscribe({ topic, hallId })).toMatchObject({ ok: true });
  }
  await until(async () => (await machines()).every(({ state }) => state === 'online'));
  [machine] = (await machines()) as [Machine];
}, startMs);

afterAll(async () => {
  live.close();
  await demo.stop();
  await receiver.stop();
}, startMs);

const machines = async (): Promise<readonly Machine[]> =>
  (await integrator.get<List<Machine>>(`/api/v1/machines?hallId=${demo.demo.hallId}`)).body.items;

const nowOf = async (): Promise<Machine> => (await integrator.get<Machine>(`/api/v1/machines/${machine.id}`)).body;

const pushed = (isIt: (event: PushedEvent) => boolean): Promise<void> => until(() => live.events.some(isIt));

/** The history from its beginning, as a regulator reads it: page by page. */
async function history(): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  for (let after = ''; ;) {
    const { body } = await regulator.get<List<AuditRecord>>(`/api/v1/audit/events?limit=500${after}`);
    records.push(...body.items);
    if (body.next === null) return records;
    after = `&after=${body.next}`;
  }
}

describe('a door opened on a machine', () => {
  it('is seen in REST, on the socket, in a signed callback and in the history', async () => {
    await demo.floor.input(machine.serial, { input: 'open-door', door: 'slot' });
    await pushed(
      ({ type, data }) => type === 'machine.state' && data.machineId === machine.id && data.doorState === 'open',
    );
    await pushed(({ type, data }) => type === 'hall.alarm' && data.kind === 'door-opened');
    await until(async () => (await nowOf()).doors.slot === 'open');
    await until(() =>
      receiver.received.some(({ type, data }) => type === 'machine.state' && data.doorState === 'open'),
    );
    const opened = (await history()).filter(({ type }) => type === 'machine.door-opened.v1');
    expect(opened).toHaveLength(1);
    expect(opened[0]).toMatchObject({
      actor: { kind: 'machine' },
      data: { machineId: machine.id, door: 'slot', frame: expect.any(String) },
    });
    await demo.floor.input(machine.serial, { input: 'close-door', door: 'slot' });
    await until(async () => (await nowOf()).doors.slot === 'closed');
  });
});

describe('a game', () => {
  it('is one event with its wager and its win, and moves the credit', async () => {
    await demo.floor.input(machine.serial, { input: 'insert-bill', billCode: 4 });
    await until(async () => ((await nowOf()).credit?.amount.value ?? 0) === 2_000);
    await demo.floor.input(machine.serial, { input: 'start-game', wager: 5, win: 20 });
    const isTheWin = ({ type, data }: PushedEvent): boolean => type === 'machine.win' && data.machineId === machine.id;
    await pushed(isTheWin);
    const { body } = await integrator.get<List<{ wager: { value: number }; win: { value: number } }>>(
      `/api/v1/bets?machineId=${machine.id}`,
      { after: live.events.find(isTheWin)?.position ?? '' },
    );
    expect(body.items).toHaveLength(1);
    const [report] = (await demo.floor.machines()).filter(({ serial }) => serial === machine.serial);
    const cent = (report?.denomination ?? 0) / 100;
    expect(body.items[0]).toMatchObject({
      wager: { value: Math.floor(5 * cent) },
      win: { value: Math.floor(20 * cent) },
    });
    await until(() => receiver.received.some(({ type }) => type === 'machine.win'));
  });
});

describe('a deposit', () => {
  it('is seen in REST, on the socket, in a signed callback and in the history, and happens once', async () => {
    const { hallId } = demo.demo;
    const player = await integrator.post<{ playerId: string }>('/api/v1/players', { hallId, name: 'Ivan Vazov' });
    const path = `/api/v1/wallets/${player.body.playerId}`;
    const body = { amount: { value: 2_500, currency: 'EUR' }, reason: 'At the desk' };
    const first = await integrator.post<{ entryId: string }>(`${path}/deposits`, body, { key: 'deposit-1' });
    const again = await integrator.post<{ entryId: string }>(`${path}/deposits`, body, { key: 'deposit-1' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    const position = first.headers.get('tallyhall-position') ?? '';
    const wallet = await integrator.get(path, { after: position });
    expect(wallet.body).toMatchObject({ balance: { value: 2_500, currency: 'EUR' } });
    await pushed(({ type, position: at }) => type === 'wallet.deposit' && at === position);
    await until(() =>
      receiver.received.some(({ type, data }) => type === 'wallet.deposit' && data.playerId === player.body.playerId),
    );
    const deposits = (await history()).filter(
      ({ data, type }) => type === 'wallet.funds-deposited.v1' && data.playerId === player.body.playerId,
    );
    expect(deposits).toHaveLength(1);
    expect(deposits[0]).toMatchObject({ position, actor: { kind: 'client', name: 'Demo integrator' } });
    expect(JSON.stringify(await history())).not.toContain('Ivan Vazov');
  });

  it('is repeated as it was, long after its wallet has forgotten it', async () => {
    const { hallId } = demo.demo;
    const player = await integrator.post<{ playerId: string }>('/api/v1/players', { hallId, name: 'Long player' });
    const path = `/api/v1/wallets/${player.body.playerId}`;
    const deposit = (key: string, value = 100) =>
      integrator.post<{ code?: string }>(`${path}/deposits`, { amount: { value, currency: 'EUR' } }, { key });
    const first = await deposit('long-0');
    // A wallet remembers its last 1 000 commands; 500 a second are let through.
    for (let sent = 1; sent <= 1_000; sent += 20) {
      const made = await Promise.all(Array.from({ length: 20 }, (_, index) => deposit(`long-${sent + index}`)));
      expect(made.every(({ status }) => status === 201)).toBe(true);
      await pause(50);
    }
    const again = await deposit('long-0');
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(again.headers.get('tallyhall-position')).toBe(first.headers.get('tallyhall-position'));
    expect(await deposit('long-0', 200)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const { headers } = await deposit('long-1001');
    const wallet = await integrator.get(path, { after: headers.get('tallyhall-position') ?? '' });
    expect(wallet.body).toMatchObject({ balance: { value: 100_200, currency: 'EUR' } });
  });

  it('by socket goes the same way, and is refused the same way', async () => {
    const { body: players } = await integrator.get<List<{ id: string }>>('/api/v1/players?limit=1');
    const data = { playerId: players.items[0]?.id, amount: { value: 100, currency: 'EUR' } };
    expect(await live.command({ name: 'deposit', key: 'socket-1', data })).toMatchObject({ ok: true, status: 201 });
    const wrong = { ...data, amount: { value: 100, currency: 'USD' } };
    expect(await live.command({ name: 'deposit', key: 'socket-2', data: wrong })).toMatchObject({
      ok: false,
      problem: { code: 'currency_mismatch' },
    });
  });

  it('beyond the rules is refused, names the field, and changes nothing', async () => {
    const { body: players } = await integrator.get<List<{ id: string }>>('/api/v1/players?limit=1');
    const path = `/api/v1/wallets/${players.items[0]?.id}`;
    const deposit = { amount: { value: 100, currency: 'EUR' } };
    const { body: before, headers } = await integrator.post<{ balance: object }>(`${path}/deposits`, deposit);
    const negative = await integrator.post(`${path}/deposits`, { amount: { value: -1, currency: 'EUR' } });
    expect(negative).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', errors: [{ pointer: '/amount/value' }] },
    });
    const overdraft = await integrator.post(`${path}/withdrawals`, { amount: { value: 99_999_999, currency: 'EUR' } });
    expect(overdraft).toMatchObject({ status: 409, body: { code: 'insufficient_funds' } });
    const after = headers.get('tallyhall-position') ?? '';
    expect((await integrator.get<{ balance: object }>(path, { after })).body.balance).toEqual(before.balance);
  });
});

describe('a lock', () => {
  it('of a machine that was changed since it was read is refused, and changes nothing', async () => {
    const { headers } = await manager.get(`/api/v1/machines/${machine.id}`);
    const stale = `"${BigInt((headers.get('etag') ?? '').replaceAll('"', '')) + 7n}"`;
    const refused = await manager.post(`/api/v1/machines/${machine.id}/lock`, {}, { headers: { 'if-match': stale } });
    expect(refused).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect((await nowOf()).play).toBe('unlocked');
  });

  it('is what the machine acknowledged, and nothing before', async () => {
    const { status, body } = await manager.post<{ commandId: string }>(`/api/v1/machines/${machine.id}/lock`, {
      reason: 'Repair',
    });
    expect(status).toBe(202);
    await pushed(
      ({ type, data }) => type === 'machine.play-lock' && data.lockId === body.commandId && data.outcome === 'locked',
    );
    expect((await demo.floor.machines()).find(({ serial }) => serial === machine.serial)).toMatchObject({
      playLocked: true,
    });
    await until(async () => (await nowOf()).play === 'locked');
    await manager.post(`/api/v1/machines/${machine.id}/unlock`, {});
    await until(async () => (await nowOf()).play === 'unlocked');
  });
});

describe('the history of a machine', () => {
  it('comes newest first, page by page, without a gap', async () => {
    const whole = (
      await integrator.get<List<{ id: string; position: string }>>(`/api/v1/machines/${machine.id}/history?limit=500`)
    ).body;
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await integrator.get<List<{ id: string }>>(
        `/api/v1/machines/${machine.id}/history?limit=4${cursor}`,
      );
      paged.push(...body.items.map(({ id }) => id));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(paged.length).toBeGreaterThan(10);
    expect(paged).toEqual(whole.items.slice(0, paged.length).map(({ id }) => id));
    const positions = whole.items.map(({ position }) => BigInt(position));
    expect(positions).toEqual([...positions].sort((a, b) => (a > b ? -1 : 1)));
  });
});

describe('who may', () => {
  it('read the history is the regulator alone', async () => {
    expect((await integrator.get('/api/v1/audit/events')).status).toBe(403);
    expect((await manager.get('/api/v1/audit/events')).status).toBe(403);
  });

  it('see another hall is nobody of this one', async () => {
    const administrator = await Api.ofStaff(demo.url, demo.demo.staff.administrator);
    const other = { name: 'Other', currency: 'EUR', timeZone: 'Europe/Sofia', dayStart: '06:00' };
    const { body } = await administrator.post<{ id: string }>('/api/v1/halls', other);
    expect((await integrator.get(`/api/v1/halls/${body.id}`)).status).toBe(404);
    expect((await integrator.get(`/api/v1/machines?hallId=${body.id}`)).status).toBe(404);
    expect((await integrator.post('/api/v1/players', { hallId: body.id, name: 'X' })).status).toBe(404);
  });
});
