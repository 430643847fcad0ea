import { describe, expect, it } from '@jest/globals';

import { eur } from '../testing/fixtures.js';
import { describeEvent } from './event-text.js';

describe('a history entry in words', () => {
  it('tells a game, and a win in it', () => {
    expect(describeEvent({ type: 'machine.game-played.v1', data: { wager: eur(20), win: eur(0) } })).toMatchObject({
      title: 'Game',
      tone: 'quiet',
    });
    const won = describeEvent({ type: 'machine.game-played.v1', data: { wager: eur(20), win: eur(500) } });
    expect(won.tone).toBe('good');
    expect(won.detail).toMatch(/^Bet .*0[.,]20.* · won .*5[.,]00/);
  });

  it('names the door', () => {
    expect(describeEvent({ type: 'machine.door-opened.v1', data: { door: 'drop' } })).toEqual({
      title: 'Door opened',
      detail: 'Drop door',
      tone: 'bad',
    });
  });

  it('gives the reason of a lock', () => {
    const data = { lockId: 'l', reason: 'Coffee on the buttons' };
    expect(describeEvent({ type: 'machine.play-lock-requested.v1', data }).detail).toBe('Coffee on the buttons');
  });

  it('is the same for every version of an event', () => {
    expect(describeEvent({ type: 'machine.power-lost.v7', data: {} }).title).toBe('Power lost');
  });

  it('tells an event that it does not know by its name', () => {
    expect(describeEvent({ type: 'machine.reel-tilted.v1', data: {} })).toEqual({
      title: 'Reel tilted',
      detail: '',
      tone: 'quiet',
    });
  });

  it('tells an exception by what it says, and its code as the floor knows it', () => {
    const data = { code: 0x3d, realTime: true };
    const said = describeEvent({ type: 'machine.exception-reported.v1', data, meaning: 'cash-out ticket printed' });
    expect(said).toMatchObject({ title: 'Cash-out ticket printed', detail: '3D' });
    expect(describeEvent({ type: 'machine.exception-reported.v1', data })).toMatchObject({ title: 'Exception' });
  });

  it('tells what was asked of a machine', () => {
    const data = { control: { kind: 'read-meters' } };
    expect(describeEvent({ type: 'machine.control-requested.v1', data }).detail).toBe('Read meters');
  });

  it('bears data that is not as expected', () => {
    expect(describeEvent({ type: 'machine.bill-accepted.v1', data: { amount: null } }).detail).toBe('');
  });
});
