import { describe, expect, it } from '@jest/globals';

import { client, type ClientCommand, type ClientEvent, clientEvents, type ClientState } from './client.js';

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
