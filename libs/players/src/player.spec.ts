import { describe, expect, it } from '@jest/globals';

import { player } from './player.js';

const data = { playerId: '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11', hallId: 'hall', sealedName: 'v1.sealed' };
const register = { type: 'RegisterPlayer', data } as const;

describe('a player', () => {
  it('is registered in a hall, the name sealed', () => {
    expect(player.decide(register, player.initialState())).toEqual([{ type: 'player.registered.v1', data }]);
  });

  it('is registered once', () => {
    const registered = player.evolve(player.initialState(), { type: 'player.registered.v1', data });
    expect(() => player.decide(register, registered)).toThrow(expect.objectContaining({ code: 'player_exists' }));
  });
});
