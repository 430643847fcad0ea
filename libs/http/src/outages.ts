import type { Refusal } from './request-refused.js';

const comeBack = { 'retry-after': '1' };

const storeUnavailable: Refusal = {
  status: 503,
  code: 'store_unavailable',
  detail: 'The event store cannot be reached. Nothing was written; try again.',
  headers: comeBack,
};

const readModelsUnavailable: Refusal = {
  status: 503,
  code: 'read_models_unavailable',
  detail: 'The read models cannot be reached; try again.',
  headers: comeBack,
};

/** What infrastructure throws, by the error's name: the parts that throw it are not known here. */
const outages: ReadonlyMap<string, Refusal> = new Map([
  ['StoreUnavailable', storeUnavailable],
  [
    'OutcomeUnknown',
    {
      status: 503,
      code: 'outcome_unknown',
      detail: 'It may or may not have been written. Repeat the request with the same Idempotency-Key.',
      headers: comeBack,
    },
  ],
  [
    'CallUnrecorded',
    {
      status: 503,
      code: 'call_unrecorded',
      detail: 'The call could not be put on record. Repeat it with the same Idempotency-Key.',
      headers: comeBack,
    },
  ],
  [
    'QueueFull',
    { status: 503, code: 'busy', detail: 'Too many commands wait for this object; try again.', headers: comeBack },
  ],
  [
    'NotCaughtUp',
    {
      status: 503,
      code: 'not_caught_up',
      detail: 'The read model has not reached the position of Tallyhall-After yet; try again.',
      headers: comeBack,
    },
  ],
  [
    'RevisionConflict',
    {
      status: 409,
      code: 'concurrent_change',
      detail: 'Others are changing this at the same time. Try again.',
    },
  ],
  ['MongoNetworkError', readModelsUnavailable],
  ['MongoNetworkTimeoutError', readModelsUnavailable],
  ['MongoServerSelectionError', readModelsUnavailable],
  ['MongoNotConnectedError', readModelsUnavailable],
  ['MongoTopologyClosedError', readModelsUnavailable],
  ['MongoPoolClearedError', readModelsUnavailable],
]);

export const outageOf = (error: { readonly name: string }): Refusal | undefined => outages.get(error.name);

export const outageCodes = (): string[] => [...new Set([...outages.values()].map(({ code }) => code))];
