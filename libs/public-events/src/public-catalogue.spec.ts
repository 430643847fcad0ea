import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { eventType, publicEventType, type RecordedEvent } from '#kernel';

import { machineIdOf, PublicCatalogue, referencePage } from './index.js';

const gamePlayed = eventType(
  'machine.game-played.v2',
  z.strictObject({ machineId: z.string(), wager: z.int(), win: z.int() }),
);

const bet = publicEventType({
  type: 'machine.bet',
  version: 1,
  topics: ['bets'],
  from: gamePlayed,
  schema: z.strictObject({ machineId: z.string(), wager: z.int().min(1) }),
  description: 'A game was played.',
  data: ({ data: { machineId, wager } }) => ({ machineId, wager }),
});
const win = publicEventType({
  type: 'machine.win',
  version: 1,
  topics: ['bets', 'machines'],
  from: gamePlayed,
  schema: z.strictObject({ machineId: z.string(), win: z.int() }),
  description: 'A game was won.',
  data: ({ data: { machineId, win: amount } }) => (amount > 0 ? { machineId, win: amount } : undefined),
});
const catalogue = new PublicCatalogue([win, bet]);

const stored = (data: object, type = 'machine.game-played.v2'): RecordedEvent => ({
  id: '0d4f5f0e-3f3c-5b66-9c54-6f0f8a1f0001',
  type,
  data,
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: '0d4f5f0e-3f3c-5b66-9c54-6f0f8a1f0002',
    actor: { kind: 'gateway', id: 'g1' },
    hallId: 'h1',
    gamingDate: '2026-11-23',
    occurredAt: '2026-11-23T20:00:00.000Z',
  },
  stream: 'feed-m1-2026-11-23',
  revision: 4n,
  position: 2n ** 53n + 1n,
  recordedAt: new Date('2026-11-23T20:00:01.000Z'),
});

describe('the public catalogue', () => {
  it('makes every public event of a stored one, with exact positions', () => {
    expect(catalogue.publicEventsOf(stored({ machineId: 'm1', wager: 5, win: 9 }))).toMatchObject([
      { type: 'machine.win', position: '9007199254740993', revision: '4', hallId: 'h1', data: { win: 9 } },
      { type: 'machine.bet', id: '0d4f5f0e-3f3c-5b66-9c54-6f0f8a1f0001:machine.bet', data: { wager: 5 } },
    ]);
  });

  it('leaves out what a row does not make public', () => {
    const types = catalogue.publicEventsOf(stored({ machineId: 'm1', wager: 5, win: 0 })).map(({ type }) => type);
    expect(types).toEqual(['machine.bet']);
  });

  it('maps one stored event once', () => {
    const event = stored({ machineId: 'm1', wager: 5, win: 0 });
    expect(catalogue.publicEventsOf(event)).toBe(catalogue.publicEventsOf(event));
  });

  it('never lets out what does not fit the public schema', () => {
    expect(() => catalogue.publicEventsOf(stored({ machineId: 'm1', wager: 0, win: 0 }))).toThrow(z.ZodError);
  });

  it('passes over an unreadable event only where no version of it is public', () => {
    const unreadable = new Error('no schema');
    expect(() => catalogue.publicEventsOf({ ...stored({}, 'machine.game-played.v1'), unreadable })).toThrow(unreadable);
    expect(catalogue.publicEventsOf({ ...stored({}, 'audit.noted.v1'), unreadable })).toEqual([]);
  });

  it('knows its types and their topics', () => {
    expect(catalogue.types).toEqual(['machine.bet', 'machine.win']);
    expect(catalogue.has('machine.bet')).toBe(true);
    expect(catalogue.has('machine.nothing')).toBe(false);
    expect(catalogue.topicsOf('machine.bet')).toEqual(['bets']);
    expect(catalogue.topicsOf('machine.win')).toEqual(['bets', 'machines']);
  });

  it('refuses the same row twice', () => {
    expect(() => new PublicCatalogue([bet, bet])).toThrow(TypeError);
  });

  it('finds the machine of an event in its data', () => {
    const [event] = catalogue.publicEventsOf(stored({ machineId: 'm1', wager: 5, win: 0 }));
    expect(event && machineIdOf(event)).toBe('m1');
    expect(event && machineIdOf({ ...event, data: { amount: 1 } })).toBeUndefined();
  });

  it('writes its own reference page', () => {
    const page = referencePage(catalogue);
    expect(page.indexOf('## `machine.bet` (version 1)')).toBeLessThan(page.indexOf('## `machine.win` (version 1)'));
    expect(page).toContain('Topics: `bets`, `machines`. Made from `machine.game-played.v2`.');
    expect(page).toContain('"wager"');
  });
});
