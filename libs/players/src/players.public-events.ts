import { z } from 'zod';

import { publicEventType } from '#kernel';

import { playerRegistered } from './player.js';

const registeredSchema = z.strictObject({ playerId: z.uuid() });

export const playerPublicEvents = [
  publicEventType({
    type: 'player.registered',
    version: 1,
    topics: [],
    from: playerRegistered,
    schema: registeredSchema,
    description: 'A player was registered in a hall.',
    data: ({ data: { playerId } }) => ({ playerId }),
  }),
];
