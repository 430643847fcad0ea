import { z } from 'zod';

import type { AggregateDefinition } from '#event-sourcing';
import { type Command, type Decider, type EventOf, eventType } from '#kernel';

/** That a key was added, and why, stands in the history; the key itself lies with the keys. */
export const signingKeyAdded = eventType(
  'access.signing-key-added.v1',
  z.strictObject({ kid: z.string().min(1).max(64), activeFrom: z.iso.datetime() }),
);
export type SigningKeyAdded = EventOf<typeof signingKeyAdded>;
export type AddSigningKey = Command<'AddSigningKey', SigningKeyAdded['data']>;

const signingKey: Decider<{ readonly kids: readonly string[] }, AddSigningKey, SigningKeyAdded> = {
  initialState: () => ({ kids: [] }),
  decide: ({ data }, { kids }) => (kids.includes(data.kid) ? [] : [{ type: 'access.signing-key-added.v1', data }]),
  evolve: ({ kids }, { data }) => ({ kids: [...kids, data.kid] }),
};

/** Stream `signing-keys-platform`: the keys of all processes. */
export const signingKeys: AggregateDefinition<
  ReturnType<typeof signingKey.initialState>,
  AddSigningKey,
  SigningKeyAdded
> = { name: 'signing-keys', decider: signingKey, types: [signingKeyAdded] };
export const signingKeysId = 'platform';
