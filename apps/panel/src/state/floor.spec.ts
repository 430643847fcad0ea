import { describe, expect, it } from '@jest/globals';

import type { PublicEvent } from '#kernel';

import { bet, eur, event, machine } from '../testing/fixtures.js';
import { emptyFloor, type Floor, reduceFloor, winCueMs } from './floor.js';

const readAt = (position: bigint, ...machines: Parameters<typeof machine>[0][]): Floor =>
  reduceFloor(emptyFloor, { type: 'machines-read', machines: machines.map(machine), position });

const after = (floor: Floor, events: readonly PublicEvent[], live = true): Floor =>
  reduceFloor(floor, { type: 'events', events, live });

const m1 = (floor: Floor) => floor.machines.get('m1');

describe('the floor', () => {
  it('ignores events that its read holds already, and applies those after it', () => {
    const floor = readAt(10n, {});
    expect(m1(after(floor, [event('machine.state', { state: 'offline' }, { position: 10 })]))?.machine.state).toBe(
      'online',
    );
    expect(m1(after(floor, [event('machine.state', { state: 'offline' }, { position: 11 })]))?.machine.state).toBe(
      'offline',
    );
  });

  it('leaves a floor it was given untouched', () => {
    const floor = readAt(1n, {});
    after(floor, [bet(20, 0)]);
    expect(m1(floor)?.machine.lastGame).toBeNull();
  });

  it('asks for a machine that it does not know, no older than its newest event', () => {
    const floor = after(readAt(1n), [bet(20, 0, 12), bet(20, 0, 15)]);
    expect(floor.missing).toEqual([{ machineId: 'm1', position: 15n }]);

    const tooOld = reduceFloor(floor, { type: 'machine-read', machine: machine(), position: 14n });
    expect(tooOld.missing).toHaveLength(1);
    const fresh = reduceFloor(floor, { type: 'machine-read', machine: machine(), position: 15n });
    expect(fresh.missing).toEqual([]);
    expect(m1(fresh)?.machine.name).toBe('Lucky Star 07');
  });

  it('gives up a machine that is not to be found', () => {
    const floor = after(readAt(1n), [bet(20, 0)]);
    expect(reduceFloor(floor, { type: 'machine-gone', machineId: 'm1' }).missing).toEqual([]);
  });

  it('takes from a read that is older than its events only what no event carries', () => {
    const floor = after(readAt(1n, {}), [
      event('machine.state', { door: 'slot', doorState: 'open' }, { position: 20 }),
    ]);
    const read = machine({ meters: { '00': 5 }, totals: { games: 1, wager: eur(20), win: eur(0), billsIn: eur(0) } });
    const older = reduceFloor(floor, { type: 'machine-read', machine: read, position: 19n });
    expect(m1(older)?.machine).toMatchObject({ doors: { slot: 'open' }, meters: { '00': 5 }, totals: { games: 1 } });
    const newer = reduceFloor(floor, { type: 'machine-read', machine: read, position: 20n });
    expect(m1(newer)?.machine.doors.slot).toBe('closed');
  });
});

describe('a cue', () => {
  it('is given for what happens now, not for what is replayed', () => {
    expect(m1(after(readAt(1n, {}), [bet(20, 0)]))?.cue).toMatchObject({ kind: 'change' });
    expect(m1(after(readAt(1n, {}), [bet(20, 0)], false))?.cue).toBeUndefined();
  });

  it('is new for every change, so that it is seen each time', () => {
    const once = after(readAt(1n, {}), [bet(20, 0, 11)]);
    const twice = after(once, [bet(20, 0, 12)]);
    expect(m1(twice)?.cue?.number).toBeGreaterThan(m1(once)?.cue?.number ?? 0);
  });

  it('of a win outlasts the lesser changes that come with it', () => {
    const soon = event('machine.state', { credit: { credits: 5, amount: eur(5) } }, { position: 12 });
    const late = { ...bet(20, 0, 13), occurredAt: new Date(Date.parse(soon.occurredAt) + winCueMs).toISOString() };
    const won = after(readAt(1n, {}), [bet(20, 500, 11), soon]);
    expect(m1(won)?.cue?.kind).toBe('win');
    expect(m1(after(won, [late]))?.cue?.kind).toBe('change');
  });
});
