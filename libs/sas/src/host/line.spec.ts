import { describe, expect, it } from '@jest/globals';

import { VirtualLine } from './virtual-line.test-support.js';

const settled = (line: VirtualLine): VirtualLine => {
  line.run(6000);
  return line;
};

describe('a line at its start', () => {
  it('finds the machine, enables real-time events, reads its identity, meters and clock', () => {
    const line = settled(new VirtualLine());
    expect(line.kinds()).toEqual([
      'came-online',
      'power-applied',
      'identity-read',
      'meters-read',
      'configuration-read',
      'games-read',
    ]);
    expect(line.machine().books.realTimeEvents).toBe(true);
    expect(line.bodies('identity-read')).toMatchObject([{ sasVersion: '602', serial: 'S1', denomination: 100 }]);
    expect(line.bodies('meters-read')).toMatchObject([{ trigger: 'power', meters: { '00': 0, '0C': 0 } }]);
  });

  it('polls on without a fact while nothing happens', () => {
    const line = settled(new VirtualLine());
    const facts = line.facts.length;
    const cycles = line.cycles.length;
    line.run(20_000);
    expect(line.facts).toHaveLength(facts);
    expect(line.cycles.length - cycles).toBe(100);
  });

  it('sets a clock that is off, and says by how much', () => {
    const line = settled(
      new VirtualLine({ settings: { localTime: (at) => new Date(at + 3_600_000).toISOString().slice(0, 19) } }),
    );
    expect(line.bodies('clock-off')).toEqual([
      { kind: 'clock-off', machineTime: expect.any(String), offsetMs: -3_600_000 },
    ]);
    line.run(600_000);
    expect(line.bodies('clock-off')).toHaveLength(1);
  });
});

describe('events of a machine', () => {
  it('become facts in order, each with its raw frame', () => {
    const line = settled(new VirtualLine());
    line.act({ input: 'open-door', door: 'slot' });
    line.act({ input: 'close-door', door: 'slot' });
    line.act({ input: 'insert-bill', billCode: 4 });
    line.run(1000);
    expect(line.facts.slice(-3)).toMatchObject([
      { frame: '01FF1114A4', body: { kind: 'door-opened', door: 'slot' } },
      { frame: '01FF128F96', body: { kind: 'door-closed', door: 'slot' } },
      { body: { kind: 'bill-accepted', billCode: 4, units: 20, billMeter: 1 } },
    ]);
    expect(line.machine().books.queue).toEqual([]);
  });

  it('are acknowledged only once they are on disk', () => {
    const line = settled(new VirtualLine());
    line.journalStands = true;
    line.act({ input: 'open-door', door: 'slot' });
    line.run(4000);
    expect(line.machine().books.queue).toHaveLength(1);
    line.journalStands = false;
    line.run(400);
    expect(line.machine().books.queue).toHaveLength(0);
    expect(line.bodies('door-opened')).toHaveLength(1);
  });

  it('pair to one game with both frames', () => {
    const line = settled(new VirtualLine());
    line.act({ input: 'insert-bill', billCode: 4 });
    line.act({ input: 'start-game', wager: 5, win: 20 });
    line.run(1000);
    line.act({ input: 'end-game' });
    line.run(1000);
    expect(line.bodies('game-played')).toMatchObject([{ wager: 5, win: 20, coinInMeter: 5, denomination: 100 }]);
    const [game] = line.facts.filter(({ body }) => body.kind === 'game-played');
    expect(game?.frame).toMatch(/^01FF7E/);
    expect(game?.body).toMatchObject({ endFrame: expect.stringMatching(/^01FF7F/) });
  });

  it('tell of a game that power interrupted, before the power', () => {
    const line = settled(new VirtualLine({ profile: { gameLastsMs: 100_000, gameAtPowerUp: 'resumed' } }));
    line.act({ input: 'insert-bill', billCode: 4 });
    line.act({ input: 'start-game', wager: 5, win: 0 });
    line.run(500);
    line.act({ input: 'cycle-power' });
    line.run(4000);
    expect(
      line
        .kinds()
        .filter((kind) => /power|game/.test(kind))
        .slice(-3),
    ).toEqual(['game-interrupted', 'power-lost', 'power-applied']);
    expect(line.bodies('game-interrupted')).toMatchObject([{ cause: 'power', wager: 5 }]);
  });
});

describe('a handpay', () => {
  it('is read once, and its reset heard', () => {
    const line = settled(new VirtualLine());
    line.act({ input: 'insert-bill', billCode: 7 });
    line.act({ input: 'start-game', wager: 5, win: 500_000 });
    line.act({ input: 'end-game' });
    line.run(60_000);
    expect(line.bodies('handpay-requested')).toMatchObject([{ credits: 500_000, denomination: 100 }]);
    line.act({ input: 'reset-handpay' });
    line.run(5000);
    expect(line.bodies('handpay-requested', 'handpay-reset').map(({ kind }) => kind)).toEqual([
      'handpay-requested',
      'handpay-reset',
    ]);
    expect(line.bodies('meters-read')).toContainEqual(expect.objectContaining({ trigger: 'handpay' }));
  });
});

describe('a machine that does not answer', () => {
  it('is offline after five polls, and online again when it answers', () => {
    const line = settled(new VirtualLine());
    line.mute.add(1);
    line.run(4000);
    expect(line.bodies('went-offline')).toMatchObject([{ missedPolls: 5 }]);
    line.run(10_000);
    line.mute.delete(1);
    line.run(6000);
    expect(line.kinds().slice(-6)).toEqual([
      'went-offline',
      'came-online',
      'identity-read',
      'meters-read',
      'configuration-read',
      'games-read',
    ]);
    expect(line.bodies('meters-read')).toContainEqual(expect.objectContaining({ trigger: 'online' }));
  });

  it('does not take its neighbours with it', () => {
    const line = settled(new VirtualLine({ machines: 3 }));
    line.mute.add(2);
    line.run(5000);
    line.act({ input: 'open-door', door: 'drop' }, 3);
    line.run(2000);
    expect(line.facts.at(-1)).toMatchObject({ machineId: 'm3', body: { kind: 'door-opened', door: 'drop' } });
  });

  it('is left alone when it is only busy', () => {
    const line = settled(new VirtualLine({ profile: { busyAnswer: 'refusal' } }));
    line.act({ input: 'be-busy', forMs: 3000 });
    line.act({ input: 'open-door', door: 'slot' });
    line.run(5000);
    expect(line.bodies('went-offline')).toEqual([]);
    expect(line.bodies('door-opened')).toHaveLength(1);
  });
});

describe('a machine that does not know 6F', () => {
  it('has its meters read by 0F, 1A and 2F', () => {
    const line = new VirtualLine({ unknownPolls: [0x6f] });
    line.run(10_000);
    const commands = line.sent.map(([, second]) => second?.byte);
    expect(commands).toEqual(expect.arrayContaining([0x6f, 0x0f, 0x1a, 0x2f]));
    expect(line.bodies('meters-read')).toMatchObject([{ meters: { '00': 0, '05': 0, '0C': 0, '24': 0 } }]);
    expect(line.bodies('went-offline')).toEqual([]);
  });
});

describe('a command', () => {
  const lock = (line: VirtualLine, inMs = 30_000) => ({
    id: '6f0e3f9a-1d0a-4d0f-9a43-6b1f0c2a7e51',
    machineId: 'm1',
    kind: 'lock-play' as const,
    deadline: new Date(line.epochMs + inMs).toISOString(),
  });

  it('is carried out and settled by the machine’s own acknowledgement', () => {
    const line = settled(new VirtualLine());
    line.command(lock(line));
    line.command(lock(line));
    line.run(2000);
    expect(line.machine().books.playLocked).toBe(true);
    expect(line.bodies('command-settled')).toEqual([
      { kind: 'command-settled', commandId: lock(line).id, outcome: 'acknowledged' },
    ]);
  });

  it('is not on the line before it is on disk', () => {
    const line = settled(new VirtualLine());
    line.journalStands = true;
    line.command(lock(line));
    line.run(3000);
    expect(line.machine().books.playLocked).toBe(false);
  });

  it('expires when the machine is away past its deadline', () => {
    const line = settled(new VirtualLine());
    line.mute.add(1);
    line.run(3000);
    line.command(lock(line, 2000));
    line.run(2500);
    line.mute.delete(1);
    line.run(3000);
    expect(line.machine().books.playLocked).toBe(false);
    expect(line.bodies('command-settled')).toMatchObject([{ outcome: 'expired' }]);
  });
});

describe('a full disk', () => {
  it('stops the polls, so that the machine keeps its events', () => {
    const line = settled(new VirtualLine());
    line.feed({ type: 'pause' });
    line.run(1000);
    const sent = line.sent.length;
    line.act({ input: 'open-door', door: 'slot' });
    line.run(3000);
    expect(line.sent).toHaveLength(sent);
    line.feed({ type: 'resume' });
    line.run(1000);
    expect(line.bodies('door-opened')).toHaveLength(1);
  });
});

describe('an answer that a real-time event took the place of', () => {
  it('is asked for again, and the event is a fact', () => {
    const line = settled(new VirtualLine({ profile: { eventsInPlaceOfAnswers: true } }));
    const snapshots = line.bodies('meters-read').length;
    const pollsOf = (command: number): number => line.sent.filter(([, second]) => second?.byte === command).length;
    const polls = pollsOf(0x6f);
    line.run(70_000, () => {
      if (line.line.awaiting?.send?.task?.poll === 'extendedMeters') line.act({ input: 'open-door', door: 'slot' });
    });
    expect(pollsOf(0x6f)).toBe(polls + 2);
    expect(line.bodies('door-opened')).toHaveLength(1);
    expect(line.bodies('meters-read')).toHaveLength(snapshots);
    expect(line.line.machines[0]?.tasks).toEqual([]);
  });

  it('is repeated first after a kill, because only it brings the event again', () => {
    const line = settled(new VirtualLine({ profile: { eventsInPlaceOfAnswers: true } }));
    let polledAt = Infinity;
    line.run(70_000, (at) => {
      if (polledAt === Infinity && line.line.exchange?.task?.poll === 'extendedMeters') {
        polledAt = at;
        line.act({ input: 'open-door', door: 'slot' });
      }
      if (at === polledAt + 3) line.killHost();
    });
    expect(line.bodies('door-opened')).toHaveLength(1);
  });
});
