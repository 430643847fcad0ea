import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import type { CallbackEvent } from './callback.js';
import { type CallbackDocument, callbacksProjection } from './callbacks.projection.js';
import { MemoryLog } from './testing/memory-log.test-support.js';

const details = { hallId: 'h1', url: 'https://example.org/', types: ['wallet.deposit'], after: null };
const registered: CallbackEvent = { type: 'callback.registered.v1', data: details };
const suspended: CallbackEvent = { type: 'callback.suspended.v1', data: { reason: 'gone' } };
const resumed: CallbackEvent = { type: 'callback.resumed.v1', data: {} };
const removed: CallbackEvent = { type: 'callback.removed.v1', data: {} };

const after = (...events: CallbackEvent[]): CallbackDocument | null => {
  const log = new MemoryLog();
  const recorded = events.map(
    ({ type, data }) => log.write('callback-c-1', type, data) as RecordedEvent<CallbackEvent>,
  );
  expect(recorded.map(callbacksProjection.idOf)).toEqual(events.map(() => 'c-1'));
  return recorded.reduce<CallbackDocument | null>(callbacksProjection.evolve, null);
};

describe('the callbacks read model', () => {
  const at = '2026-11-23T12:00:00.000Z';
  const active = { ...details, state: 'active', suspension: null, registeredAt: at };

  it.each([
    [[registered], active],
    [[registered, suspended], { ...active, state: 'suspended', suspension: { reason: 'gone', at } }],
    [[registered, suspended, resumed], active],
    [[registered, suspended, removed], null],
  ])('after %j is %j', (events, expected) => {
    expect(after(...events)).toEqual(expected);
  });
});
