import type { Projection } from '#kernel';

import type { CallbackDetails, CallbackEvent, SuspensionReason } from './callback.js';
import { callbackIdOf } from './callbacks.aggregate.js';

export interface CallbackDocument extends CallbackDetails {
  readonly state: 'active' | 'suspended';
  readonly suspension: { readonly reason: SuspensionReason; readonly at: string } | null;
  readonly registeredAt: string;
}

/** The callbacks that there are; a removed one is gone. */
export const callbacksProjection: Projection<CallbackDocument, CallbackEvent> = {
  name: 'callbacks',
  version: 1,
  handles: ['callback.registered.v1', 'callback.suspended.v1', 'callback.resumed.v1', 'callback.removed.v1'],
  idOf: ({ stream }) => callbackIdOf(stream),
  evolve: (doc, recorded) => {
    const event = { type: recorded.type, data: recorded.data } as CallbackEvent;
    const at = recorded.metadata.occurredAt;
    switch (event.type) {
      case 'callback.registered.v1':
        return { ...event.data, state: 'active', suspension: null, registeredAt: at };
      case 'callback.suspended.v1':
        return doc && { ...doc, state: 'suspended', suspension: { reason: event.data.reason, at } };
      case 'callback.resumed.v1':
        return doc && { ...doc, state: 'active', suspension: null };
      case 'callback.removed.v1':
        return null;
    }
  },
  indexes: [{}, { hallId: 1 }],
};
