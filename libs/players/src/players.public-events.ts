import { z } from 'zod';

import { publicEventType } from '#kernel';

import { playerErased, playerRegistered } from './player.js';

const aboutPlayer = z.strictObject({ playerId: z.uuid() });

export const playerPublicEvents = [
  publicEventType({
    type: 'player.registered',
    version: 1,
    topics: [],
    from: playerRegistered,
    schema: aboutPlayer,
    description: 'A player was registered in a hall.',
    data: ({ data: { playerId } }) => ({ playerId }),
  }),
  publicEventType({
    type: 'player.erased',
    version: 1,
    topics: [],
    from: playerErased,
    schema: aboutPlayer,
    description: 'A player was erased: whoever has copies of what identifies them must erase those too.',
    data: ({ data: { playerId } }) => ({ playerId }),
  }),
];
