import { z } from 'zod';

import { type Command, conflict, type Decider, type EventOf, eventType, notFound, type Role, roles } from '#kernel';

import { type HallGrant, hallGrantSchema } from './hall-grant.js';

const clientId = z.uuid();
const secretHash = z.string().regex(/^[0-9a-f]{64}$/);

export const clientRegistered = eventType(
  'access.client-registered.v1',
  z.strictObject({
    clientId,
    name: z.string().min(1).max(200),
    role: z.enum(roles),
    hallIds: hallGrantSchema,
    /** SHA-256, hex, of 256 random bits. */
    secretHash,
  }),
);
export const clientSecretRotated = eventType(
  'access.client-secret-rotated.v1',
  z.strictObject({ clientId, secretHash, previousValidUntil: z.iso.datetime() }),
);
export const clientSuspended = eventType('access.client-suspended.v1', z.strictObject({ clientId }));
export const clientReinstated = eventType('access.client-reinstated.v1', z.strictObject({ clientId }));
export const clientEvents = [clientRegistered, clientSecretRotated, clientSuspended, clientReinstated] as const;
export type ClientEvent = EventOf<(typeof clientEvents)[number]>;

export type RegisterClient = Command<'RegisterClient', EventOf<typeof clientRegistered>['data']>;
export type RotateClientSecret = Command<'RotateClientSecret', EventOf<typeof clientSecretRotated>['data']>;
export type SuspendClient = Command<'SuspendClient', { readonly clientId: string }>;
export type ReinstateClient = Command<'ReinstateClient', { readonly clientId: string }>;
export type ClientCommand = RegisterClient | RotateClientSecret | SuspendClient | ReinstateClient;

/** A secret's hash, and until when it is taken; null is without end. */
export interface ValidSecret {
  readonly hash: string;
  readonly validUntil: string | null;
}

export interface KnownClient {
  readonly status: 'active' | 'suspended';
  readonly name: string;
  readonly role: Role;
  readonly hallIds: HallGrant;
  /** The newest first; two while a secret is being rotated. */
  readonly secrets: readonly ValidSecret[];
}

export type ClientState = { readonly status: 'missing' } | KnownClient;

export const client: Decider<ClientState, ClientCommand, ClientEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    if (command.type === 'RegisterClient') return register(command, state);
    if (state.status === 'missing') throw notFound('client_unknown', 'There is no such client.');
    switch (command.type) {
      case 'RotateClientSecret':
        return [{ type: 'access.client-secret-rotated.v1', data: command.data }];
      case 'SuspendClient':
        return state.status === 'suspended' ? [] : [{ type: 'access.client-suspended.v1', data: command.data }];
      case 'ReinstateClient':
        return state.status === 'active' ? [] : [{ type: 'access.client-reinstated.v1', data: command.data }];
    }
  },
  evolve: (state, event) => {
    if (event.type === 'access.client-registered.v1') return registered(event.data);
    if (state.status === 'missing') return state;
    switch (event.type) {
      case 'access.client-secret-rotated.v1':
        return { ...state, secrets: rotated(state.secrets, event.data) };
      case 'access.client-suspended.v1':
        return { ...state, status: 'suspended' };
      case 'access.client-reinstated.v1':
        return { ...state, status: 'active' };
    }
  },
};

function register({ data }: RegisterClient, state: ClientState): ClientEvent[] {
  if (state.status !== 'missing') throw conflict('client_exists', 'This client is registered already.');
  return [{ type: 'access.client-registered.v1', data }];
}

const registered = ({ name, role, hallIds, secretHash }: RegisterClient['data']): KnownClient => ({
  status: 'active',
  name,
  role,
  hallIds,
  secrets: [{ hash: secretHash, validUntil: null }],
});

/** The secret before stays valid for a while, so that the other side can change over; older ones end at once. */
const rotated = (
  [previous]: readonly ValidSecret[],
  { secretHash, previousValidUntil }: RotateClientSecret['data'],
): ValidSecret[] => [
  { hash: secretHash, validUntil: null },
  ...(previous ? [{ hash: previous.hash, validUntil: previousValidUntil }] : []),
];
