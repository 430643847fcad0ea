import type { AggregateDefinition } from '#event-sourcing';

import { callback, type CallbackCommand, type CallbackEvent, callbackEvents, type CallbackState } from './callback.js';

/** Stream `callback-<id>`. */
export const callbacks: AggregateDefinition<CallbackState, CallbackCommand, CallbackEvent> = {
  name: 'callback',
  decider: callback,
  types: callbackEvents,
};

export const callbackIdOf = (stream: string): string => stream.slice(`${callbacks.name}-`.length);
