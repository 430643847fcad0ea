import { describe, expect, it } from '@jest/globals';

import { player } from './player.js';

const data = { playerId: '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11', hallId: 'hall', sealedName: 'v1.sealed' };
const register = { type: 'RegisterPlayer', data } as const;

describe('a player', () => {
  it('is registered in a hall, the name sealed', () => {
    expect(player.decide(register, player.initialState())).toEqual([{ type: 'player.registered.v1', data }]);
  });

  it('is erased once, and must be there', () => {
    const erase = { type: 'ErasePlayer', data: { playerId: data.playerId } } as const;
    const erased = { type: 'player.erased.v1', data: { playerId: data.playerId } } as const;
    const registered = player.evolve(player.initialState(), { type: 'player.registered.v1', data });
    expect(player.decide(erase, registered)).toEqual([erased]);
    expect(player.evolve(registered, erased)).toEqual({ status: 'erased', hallId: 'hall' });
    expect(player.decide(erase, player.evolve(registered, erased))).toEqual([]);
    expect(() => player.decide(erase, player.initialState())).toThrow('There is no such player.');
  });

  it('is registered once', () => {
    const registered = player.evolve(player.initialState(), { type: 'player.registered.v1', data });
    expect(() => player.decide(register, registered)).toThrow(expect.objectContaining({ code: 'player_exists' }));
  });
});
