import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import type { FeedEventOf } from './feed-events.js';
import { machineGames } from './machine-games.projection.js';
import { machineRecords } from './machine-records.projection.js';

type Told = FeedEventOf<'machine.games-read.v1' | 'machine.game-meters-read.v1' | 'machine.exception-reported.v1'>;

const at = '2026-01-15T13:30:00.000Z';
const common = {
  ...{ machineId: 'm1', journalId: '8c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c22', sequence: 1 },
  totals: { games: 0, wager: 0, win: 0, billsIn: 0 },
};
const recorded = <Event extends Told>(event: Event): RecordedEvent<Event> => ({
  ...event,
  ...{ id: 'event', stream: 'feed-m1-2026-01-15', revision: 0n, position: 1n, recordedAt: new Date(0) },
  metadata: {
    ...{ $correlationId: 'c', $causationId: 'c', commandId: common.journalId, occurredAt: at },
    ...{ actor: { kind: 'machine', id: 'm1' }, hallId: 'h1', gamingDate: '2026-01-15' },
  },
});
const game = (number: number, name: string | null) => ({
  ...{ game: number, name, gameId: 'TH', payTable: 'P', basePercent: '9400', denominationCode: 1, maxBet: 5 },
  ...{ progressiveGroup: 0, wagerCategories: [] },
});
const read = recorded({
  type: 'machine.games-read.v1',
  data: { ...common, games: [game(1, 'Reels'), game(2, null)] },
});
const meters = [
  { game: 2, meters: { '00': 7 } },
  { game: 3, meters: { '00': 1 } },
];
const counted = recorded({
  type: 'machine.game-meters-read.v1',
  data: { ...common, trigger: 'request', denomination: 100, games: meters },
});

describe('the games of a machine', () => {
  it.each([
    ['described first', [read, counted]],
    ['counted first', [counted, read]],
  ])('keep what is known of each, %s', (_, events) => {
    const doc = events.reduce<ReturnType<typeof machineGames.evolve>>(
      (before, each) => machineGames.evolve(before, each),
      null,
    );
    expect(doc).toMatchObject({ denomination: 100, metersReadAt: at });
    expect(doc?.games.slice(0, 2)).toMatchObject([
      { game: 1, name: 'Reels', meters: null },
      { game: 2, gameId: 'TH', meters: { '00': 7 } },
    ]);
  });
});

describe('the alarms of a machine', () => {
  it('have the exceptions that somebody has to look at, in words', () => {
    const said = (code: number) => {
      const data = { ...common, code, realTime: false };
      return machineRecords.evolve(null, recorded({ type: 'machine.exception-reported.v1', data }))?.alarms;
    };
    expect(said(0x70)).toMatchObject([{ kind: 'events-lost' }]);
    expect(said(0x28)).toEqual([{ kind: 'exception', message: 'Bill jam.', at }]);
    expect(said(0x71)).toEqual([]);
  });
});
