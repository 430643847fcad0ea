import { z } from 'zod';

import { publicEventType } from '#kernel';

import type { PlayerRegistered } from './player.js';

const registeredSchema = z.strictObject({ playerId: z.uuid() });

export const playerPublicEvents = [
  publicEventType<PlayerRegistered, typeof registeredSchema>({
    type: 'player.registered',
    version: 1,
    topics: [],
    from: 'player.registered.v1',
    schema: registeredSchema,
    description: 'A player was registered in a hall.',
    data: ({ data: { playerId } }) => ({ playerId }),
  }),
];
