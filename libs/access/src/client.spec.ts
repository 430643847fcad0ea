import { describe, expect, it } from '@jest/globals';

import { client, type ClientCommand, type ClientState } from './client.js';
import { type ClientEvent, clientEvents } from './client-events.js';

const clientId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';
const hash = 'a'.repeat(64);
const newHash = 'b'.repeat(64);
const newestHash = 'c'.repeat(64);

const registration = { clientId, name: 'CRM', role: 'integrator', hallIds: ['h1'], secretHash: hash } as const;
const registered: ClientEvent = { type: 'access.client-registered.v1', data: registration };
const suspended: ClientEvent = { type: 'access.client-suspended.v1', data: { clientId } };
const rotated = (secretHash: string): ClientEvent => ({
  type: 'access.client-secret-rotated.v1',
  data: { clientId, secretHash, previousValidUntil: '2026-03-02T00:00:00.000Z' },
});

const after = (...events: ClientEvent[]): ClientState => events.reduce(client.evolve, client.initialState());
const given = (...events: ClientEvent[]) => ({
  when: (command: ClientCommand) => () => client.decide(command, after(...events)),
});

const register: ClientCommand = { type: 'RegisterClient', data: registration };
const suspend: ClientCommand = { type: 'SuspendClient', data: { clientId } };
const reinstate: ClientCommand = { type: 'ReinstateClient', data: { clientId } };

describe('a client', () => {
  it('is registered', () => {
    expect(given().when(register)()).toEqual([registered]);
  });

  it('is registered once', () => {
    expect(given(registered).when(register)).toThrow('registered already');
  });

  it.each([suspend, reinstate])('must be there for %p', (command) => {
    expect(given().when(command)).toThrow('There is no such client.');
  });

  it('is suspended and reinstated', () => {
    expect(given(registered).when(suspend)()).toEqual([suspended]);
    expect(given(registered, suspended).when(reinstate)()).toEqual([
      { type: 'access.client-reinstated.v1', data: { clientId } },
    ]);
  });

  it('stays as it is when there is nothing to change', () => {
    expect(given(registered, suspended).when(suspend)()).toEqual([]);
    expect(given(registered).when(reinstate)()).toEqual([]);
  });

  it('has two secrets while one is rotated, never three', () => {
    const { secrets } = after(registered, rotated(newHash), rotated(newestHash)) as { secrets: unknown };
    expect(secrets).toEqual([
      { hash: newestHash, validUntil: null },
      { hash: newHash, validUntil: '2026-03-02T00:00:00.000Z' },
    ]);
  });

  it('keeps its suspension over a rotation', () => {
    expect(after(registered, suspended, rotated(newHash))).toMatchObject({ status: 'suspended' });
  });
});

describe('what a client may do', () => {
  const personId = 'a3bb189e-8bf9-4888-9912-ace4e6543002';
  const changes: [ClientCommand, ClientEvent, object][] = [
    [
      { type: 'GrantClientRole', data: { clientId, role: 'regulator' } },
      { type: 'access.client-role-granted.v1', data: { clientId, role: 'regulator' } },
      { roles: ['integrator', 'regulator'] },
    ],
    [
      { type: 'RevokeClientRole', data: { clientId, role: 'integrator' } },
      { type: 'access.client-role-revoked.v1', data: { clientId, role: 'integrator' } },
      { roles: [] },
    ],
    [
      { type: 'SetClientHalls', data: { clientId, hallIds: '*' } },
      { type: 'access.client-halls-set.v1', data: { clientId, hallIds: '*' } },
      { hallIds: '*' },
    ],
    [
      { type: 'SetClientNetworks', data: { clientId, networks: ['192.0.2.0/24'] } },
      { type: 'access.client-networks-set.v1', data: { clientId, networks: ['192.0.2.0/24'] } },
      { networks: ['192.0.2.0/24'] },
    ],
    [
      { type: 'LimitClientRoutes', data: { clientId, routes: ['GET /api/v1/halls'] } },
      { type: 'access.client-routes-limited.v1', data: { clientId, routes: ['GET /api/v1/halls'] } },
      { routes: ['GET /api/v1/halls'] },
    ],
  ];

  it.each(changes)('is changed by %p, once', (command, event, state) => {
    expect(given(registered).when(command)()).toEqual([event]);
    expect(after(registered, event)).toMatchObject(state);
    expect(given(registered, event).when(command)()).toEqual([]);
  });

  it('has a contact who can be erased', () => {
    const set: ClientEvent = { type: 'access.client-contact-set.v1', data: { clientId, personId, sealedContact: 'x' } };
    expect(given(registered).when({ type: 'SetClientContact', data: set.data })()).toEqual([set]);
    const erase: ClientCommand = { type: 'EraseClientContact', data: { clientId, personId } };
    const erased: ClientEvent = { type: 'access.client-contact-erased.v1', data: { clientId, personId } };
    expect(given(registered).when(erase)()).toEqual([]);
    expect(given(registered, set).when(erase)()).toEqual([erased]);
    expect(after(registered, set)).toMatchObject({ contactId: personId });
    expect(after(registered, set, erased)).toMatchObject({ contactId: null });
  });
});

describe('stored events of clients', () => {
  it.each([
    registered,
    { ...registered, data: { ...registration, hallIds: '*', role: 'administrator' } },
    rotated(newHash),
    suspended,
    { type: 'access.client-reinstated.v1', data: { clientId } },
  ])('are read as they were written: %p', ({ type, data }) => {
    const schema = clientEvents.find((known) => known.type === type)?.schema;
    expect(schema?.parse(data)).toEqual(data);
  });

  it('have at least one hall and a known role', () => {
    const [schema] = clientEvents.map((known) => known.schema);
    expect(schema?.safeParse({ ...registration, hallIds: [] }).success).toBe(false);
    expect(schema?.safeParse({ ...registration, role: 'king' }).success).toBe(false);
  });
});
