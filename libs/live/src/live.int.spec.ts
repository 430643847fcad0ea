import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import type { Socket } from 'socket.io-client';

import type { PublicEvent } from '#kernel';

import type { EventsPage } from './protocol.js';
import { storedEvent } from './testing/events.test-support.js';
import { LiveApp, tokenOf } from './testing/live-app.test-support.js';
import { StallingProxy } from './testing/stalling-proxy.test-support.js';

let app = new LiveApp();
afterEach(() => app.stop());

async function started(patience?: Parameters<LiveApp['start']>[0]): Promise<LiveApp> {
  app = new LiveApp();
  await app.start(patience);
  return app;
}

const next = (socket: Socket, name: string): Promise<unknown> =>
  new Promise((resolve) => void socket.once(name, resolve));

async function connected(role: Parameters<typeof tokenOf>[0] = 'integrator'): Promise<Socket> {
  const socket = app.client(tokenOf(role));
  await next(socket, 'connect');
  return socket;
}

/** Everything that a client receives, acknowledged at once. */
function received(socket: Socket): { ids: string[]; pages: EventsPage[]; until: (count: number) => Promise<void> } {
  const ids: string[] = [];
  const pages: EventsPage[] = [];
  socket.on('event', (event: PublicEvent) => ids.push(event.id));
  socket.on('events', (page: EventsPage, acknowledge: () => void) => {
    pages.push(page);
    ids.push(...page.items.map(({ id }) => id));
    acknowledge();
  });
  const until = async (count: number): Promise<void> => {
    while (ids.length < count) await nextTurn();
  };
  return { ids, pages, until };
}

const betIds = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `game-${(from + index) * 2 + 1}:machine.bet`);
/** The nth game, which won nothing. */
const game = (index: number, hallId = 'h1', machineId = 'm1') =>
  storedEvent({ position: BigInt(index) * 2n + 1n, hallId, machineId });
const bets = { topic: 'bets', hallId: 'h1' };

describe('a live connection', () => {
  it.each(['', 'nonsense', tokenOf('administrator')])('is refused with a problem for the token %p', async (token) => {
    await started();
    const error = await next(app.client(token), 'connect_error');
    expect(error).toMatchObject({ data: { status: 401, code: 'token_invalid' } });
  });

  it('ends when its token expires', async () => {
    await started();
    const socket = app.client(tokenOf('integrator', Math.floor(Date.now() / 1000) + 1));
    const [closing] = await Promise.all([next(socket, 'closing'), next(socket, 'disconnect')]);
    expect(closing).toEqual({ reason: 'token_expired' });
  });
});

describe('a client that is connected', () => {
  it.each([
    ['is suspended', () => (app.callers = {})],
    [
      'loses the hall it is subscribed to',
      () => {
        const { integrator } = app.callers;
        if (integrator) app.callers = { integrator: { ...integrator, hallIds: ['h2'] } };
      },
    ],
  ])('is disconnected soon when it %s', async (_what, happens) => {
    await started({ recheckMs: 20 });
    const socket = await connected();
    await socket.emitWithAck('subscribe', bets);
    const closing = next(socket, 'closing');
    happens();
    expect(await closing).toEqual({ reason: 'access_ended' });
  });
});

describe('a live subscription', () => {
  it('gets what happens after the acknowledged position, of its hall and machine only', async () => {
    await started();
    app.log.write(game(1));
    const [hall, machine] = [await connected(), await connected()];
    expect(await hall.emitWithAck('subscribe', bets)).toEqual({ ok: true, position: '3' });
    await machine.emitWithAck('subscribe', { ...bets, machineId: 'm2' });
    const [ofHall, ofMachine] = [received(hall), received(machine)];
    app.log.write(game(2), game(3, 'h2'), game(4, 'h1', 'm2'), game(5));
    await ofHall.until(3);
    await ofMachine.until(1);
    expect(ofHall.ids).toEqual([...betIds(2, 2), ...betIds(4, 5)]);
    expect(ofMachine.ids).toEqual(betIds(4, 4));
  });

  it('with a position gets all that followed in pages, and then goes on live', async () => {
    await started();
    for (let index = 1; index <= 1_200; index += 1) app.log.write(game(index));
    const socket = await connected();
    const client = received(socket);
    expect(await socket.emitWithAck('subscribe', { ...bets, after: '21' })).toEqual({ ok: true, position: '21' });
    app.log.write(game(1_201));
    await client.until(1_191);
    app.log.write(game(1_202));
    await client.until(1_192);
    expect(client.ids).toEqual(betIds(11, 1_202));
    expect(client.pages.slice(0, 3).map(({ items, last }) => [items.length, last])).toEqual([
      [500, false],
      [500, false],
      [client.pages[2]?.items.length, true],
    ]);
    expect(client.pages).toHaveLength(3);
  });

  it('ends when the client asks for it', async () => {
    await started();
    const [socket, other] = [await connected(), await connected()];
    const [left, stayed] = [received(socket), received(other)];
    for (const each of [socket, other]) await each.emitWithAck('subscribe', bets);
    expect(await socket.emitWithAck('unsubscribe', bets)).toEqual({ ok: true });
    app.log.write(game(1));
    await stayed.until(1);
    expect(await socket.emitWithAck('unsubscribe', bets)).toEqual({ ok: true });
    expect(left.ids).toEqual([]);
  });

  it.each([
    [{ topic: 'wallets', hallId: 'h1' }, 'regulator', 403, 'permission_denied', undefined],
    [{ topic: 'bets', hallId: 'h1' }, 'gateway', 403, 'permission_denied', undefined],
    [{ topic: 'bets', hallId: 'h2' }, 'integrator', 404, 'hall_unknown', undefined],
    [{ topic: 'tips', hallId: 'h1' }, 'integrator', 400, 'request_invalid', '/topic'],
    [{ topic: 'bets', hallId: 'h1', after: '9223372036854775808' }, 'integrator', 400, 'request_invalid', '/after'],
    [{ topic: 'bets', hallId: 'h1', after: '7' }, 'integrator', 422, 'position_unknown', '/after'],
    [undefined, 'integrator', 400, 'request_invalid', ''],
  ] as const)('%j of a %s is refused with %i', async (request, role, status, code, pointer) => {
    await started();
    const socket = await connected(role);
    const answer: unknown = await socket.emitWithAck('subscribe', request);
    const errors = pointer === undefined ? {} : { errors: [{ pointer }] };
    expect(answer).toMatchObject({ ok: false, problem: { status, code, ...errors } });
  });

  it('is refused twice, and past 64 of one socket', async () => {
    await started();
    const socket = await connected();
    for (let index = 0; index < 64; index += 1) {
      await socket.emitWithAck('subscribe', { ...bets, machineId: `m${index}` });
    }
    const twice: unknown = await socket.emitWithAck('subscribe', { ...bets, machineId: 'm1' });
    const tooMany: unknown = await socket.emitWithAck('subscribe', bets);
    expect(twice).toMatchObject({ problem: { code: 'already_subscribed' } });
    expect(tooMany).toMatchObject({ problem: { code: 'too_many_subscriptions' } });
  });
});

describe('a slow client', () => {
  it('is told so and disconnected when too much waits for it', async () => {
    await started({ waitingPackets: 200 });
    const proxy = new StallingProxy();
    const socket = app.client(tokenOf('integrator'), await proxy.start(app.port));
    await socket.emitWithAck('subscribe', bets);
    const [closing, disconnected] = [next(socket, 'closing'), next(socket, 'disconnect')];
    proxy.stall();
    let index = 0;
    while (app.connectionCount > 0) {
      for (let count = 0; count < 500; count += 1) app.log.write(game((index += 1)));
      await nextTurn();
    }
    proxy.flow();
    const reason = await closing;
    await disconnected;
    proxy.stop();
    expect(reason).toEqual({ reason: 'slow' });
  });

  it('is disconnected when it does not acknowledge a page', async () => {
    await started({ acknowledgementMs: 50 });
    app.log.write(game(1));
    const socket = await connected();
    socket.on('events', () => undefined);
    const closing = next(socket, 'closing');
    await socket.emitWithAck('subscribe', { ...bets, after: '0' });
    expect(await closing).toEqual({ reason: 'unacknowledged' });
  });
});

describe('a command over the socket', () => {
  const deposit = { name: 'deposit', key: 'k1', data: { playerId: 'p1', amount: 5 } };

  it('is dispatched as over REST, once a key', async () => {
    await started();
    const socket = await connected();
    const answer: unknown = await socket.emitWithAck('command', deposit);
    await socket.emitWithAck('command', deposit);
    await socket.emitWithAck('command', { ...deposit, data: { playerId: 'p1', amount: 6 } });
    expect(answer).toEqual({ ok: true, status: 201, body: { balance: '5' }, position: (2n ** 60n).toString() });
    const [first, second, third] = app.dispatched;
    expect(first).toMatchObject({
      command: { type: 'DepositFunds', data: deposit.data },
      caller: { id: 'integrator' },
    });
    expect(second?.envelope.commandId).toBe(first?.envelope.commandId);
    expect(second?.envelope.commandHash).toBe(first?.envelope.commandHash);
    expect(third?.envelope.commandHash).not.toBe(first?.envelope.commandHash);
  });

  it('is another one for another object, as over REST', async () => {
    await started();
    const socket = await connected();
    for (const playerId of ['p1', 'p2', '\u001f\ud800', 'p1'])
      expect(await socket.emitWithAck('command', { ...deposit, data: { playerId, amount: 5 } })).toMatchObject({
        ok: true,
      });
    const [one, two, odd, again] = app.dispatched.map(({ envelope }) => envelope.commandId);
    expect(again).toBe(one);
    expect(new Set([one, two, odd]).size).toBe(3);
  });

  it.each([
    [{ ...deposit, name: 'CreateHall' }, 'integrator', 422, 'command_unknown'],
    [{ ...deposit, key: '' }, 'integrator', 400, 'request_invalid'],
    [{ ...deposit, data: { playerId: 'p1', amount: 0 } }, 'integrator', 400, 'request_invalid'],
    [deposit, 'regulator', 403, 'permission_denied'],
    [{ name: 'lock', key: 'k', data: { machineId: 'm1' } }, 'integrator', 409, 'machine_offline'],
  ] as const)('%j of a %s is answered with %i', async (request, role, status, code) => {
    await started();
    const socket = await connected(role);
    expect(await socket.emitWithAck('command', request)).toMatchObject({ ok: false, problem: { status, code } });
    expect(app.dispatched).toEqual([]);
  });
});
