import { describe, expect, it } from '@jest/globals';

import { machineProfiles, type CabinetInput, type MachineProfile } from '../machine/index.js';
import { VirtualLine, type VirtualLineOptions } from './virtual-line.test-support.js';

const ready = (options: VirtualLineOptions = {}): VirtualLine => {
  const line = new VirtualLine(options);
  line.run(9000);
  return line;
};

const polled = (line: VirtualLine, code: number): number =>
  line.sent.filter(([, command]) => command?.wakeup === false && command.byte === code).length;

const codesOf = (line: VirtualLine): number[] =>
  line.bodies('exception-reported').flatMap((body) => (body.kind === 'exception-reported' ? [body.code] : []));

const insertAndCashOut: readonly CabinetInput[] = [{ input: 'insert-bill', billCode: 4 }, { input: 'press-cash-out' }];

describe('an event that announces a record', () => {
  it('of a ticket has all records read, until one is empty, each once', () => {
    const line = ready({ profile: machineProfiles['own-tickets'] });
    for (const input of [...insertAndCashOut, ...insertAndCashOut]) line.act(input);
    line.run(60_000);
    expect(line.bodies('ticket-recorded')).toMatchObject([
      { type: 0, index: 1, cents: 2000, systemId: 0 },
      { type: 0, index: 2, cents: 2000 },
    ]);
    expect(line.machine().books.tickets.records).toEqual([]);
  });

  it('of a ticket is read again after a kill, and is one fact', () => {
    const line = ready({ profile: machineProfiles['own-tickets'] });
    for (const input of insertAndCashOut) line.act(input);
    line.run(3000, (elapsedMs) => {
      if (elapsedMs % 131 === 0) line.killHost();
    });
    line.run(20_000);
    expect(line.bodies('ticket-recorded')).toHaveLength(1);
  });

  it('of a progressive win has it read and told in credits', () => {
    const line = ready({ profile: { progressiveGroup: 1 } });
    line.hearOutOfTurn({
      ...{ kind: 'long-poll', address: 1, poll: 'progressive' },
      data: { group: 1, level: 2, amount: 12_345 },
    });
    line.act({ input: 'insert-bill', billCode: 4 });
    line.act({ input: 'start-game', wager: 1 });
    line.act({ input: 'hit-progressive', level: 2 });
    line.run(20_000);
    const win = { kind: 'progressive-told', group: 1, level: 2, credits: 12_345, denomination: 100 };
    expect(new Set(line.bodies('progressive-told'))).toEqual(
      new Set([
        { ...win, stage: 'won' },
        { ...win, stage: 'hit' },
      ]),
    );
    expect([polled(line, 0x84), polled(line, 0x85)]).toEqual([1, 1]);
  });

  it('of a ticket that nobody redeemed says what the machine did with it', () => {
    const line = ready();
    line.act({ input: 'insert-ticket', validation: '001234567890123456', cents: 500 });
    line.run(120_000);
    expect(line.bodies('ticket-handled')).toEqual([{ kind: 'ticket-handled', status: 0x88, cents: 500 }]);
    expect(codesOf(line)).toEqual([0x67, 0x68]);
  });
});

describe('an exception that is left to the machine', () => {
  it('is one fact for as long as the machine says it again', () => {
    const line = ready({ profile: { validation: 'enhanced', cashOutDevice: 'ticket' } });
    line.run(120_000);
    expect(codesOf(line).filter((code) => code === 0x3f)).toEqual([0x3f]);
  });
});

describe('an operator who changed options', () => {
  it('has identity, configuration and games read anew', () => {
    const line = ready({ profile: { games: 2 } });
    const facts = line.facts.length;
    line.act({ input: 'report', code: 0x3c });
    line.run(9000);
    expect(line.kinds().slice(facts)).toEqual([
      'exception-reported',
      'identity-read',
      'configuration-read',
      'games-read',
    ]);
  });
});

describe('a machine of several games', () => {
  const several: Partial<MachineProfile> = { games: 3 };

  it('is asked for each game: what it is, its wager categories, its meters', () => {
    const line = ready({ profile: several });
    const game = (number: number) => ({
      ...{ game: number, name: `Game 0${number}`, gameId: 'TH', payTable: 'TALLY1', basePercent: '9400', maxBet: 50 },
      ...{ denominationCode: 1, progressiveGroup: 0 },
      wagerCategories: [{ category: 1, payback: '9400', coinIn: 0 }],
    });
    expect(line.bodies('games-read')).toEqual([{ kind: 'games-read', games: [1, 2, 3].map(game) }]);
    line.act({ input: 'insert-bill', billCode: 4 });
    line.act({ input: 'select-game', game: 2 });
    line.act({ input: 'start-game', wager: 7, win: 3 });
    line.run(9000);
    const id = '00000000-0000-4000-8000-000000000001';
    line.command({ kind: 'read-meters', id, machineId: 'm1', deadline: '2026-01-15T15:00:00.000Z' });
    line.run(9000);
    expect(line.bodies('game-meters-read').at(-1)).toMatchObject({
      trigger: 'request',
      games: [
        { game: 1, meters: { '00': 0 } },
        { game: 2, meters: { '00': 7, '01': 3, '02': 0, '05': 1 } },
        { game: 3, meters: { '05': 0 } },
      ],
    });
    expect(line.kinds().slice(-2)).toEqual(['game-meters-read', 'command-settled']);
  });

  it('that does not know the polls is let alone', () => {
    const line = ready({ profile: several, unknownPolls: [0x52, 0xb5] });
    line.run(30_000);
    expect(line.bodies('game-meters-read')).toEqual([]);
    expect(line.bodies('games-read')).toMatchObject([{ games: [{ gameId: 'TH', name: null }, {}, {}] }]);
    expect(polled(line, 0xb5)).toBeLessThan(10);
  });
});
