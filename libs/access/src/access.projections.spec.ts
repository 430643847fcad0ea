import { describe, expect, it } from '@jest/globals';

import type { Event, EventMetadata, Projection, RecordedEvent } from '#kernel';

import type { ClientEvent } from './client-events.js';
import { clientsProjection } from './clients.projection.js';
import { staffProjection } from './staff.projection.js';

const clientId = '7d444840-9dc0-41d1-b245-5ffdce74fad2';
const staffId = 'a3bb189e-8bf9-4888-9912-ace4e6543002';

const metadata = (occurredAt: string, reason?: string): EventMetadata => ({
  $correlationId: 'c',
  $causationId: 'c',
  commandId: clientId,
  actor: { kind: 'staff', id: staffId },
  hallId: null,
  gamingDate: null,
  occurredAt,
  ...(reason === undefined ? {} : { reason }),
});

const recorded = <E extends Event>(event: E, hour: number, reason?: string): RecordedEvent<E> => ({
  ...event,
  id: `${hour}`,
  metadata: metadata(`2026-03-01T0${hour}:00:00.000Z`, reason),
  stream: 's',
  revision: BigInt(hour),
  position: BigInt(hour),
  recordedAt: new Date(0),
});

const fold = <Doc extends object, E extends Event>(
  { evolve }: Projection<Doc, E>,
  ...events: RecordedEvent<E>[]
): Doc | null => events.reduce<Doc | null>(evolve, null);

describe('the list of clients', () => {
  const registered = recorded(
    {
      type: 'access.client-registered.v1' as const,
      data: {
        clientId,
        name: 'CRM',
        role: 'integrator' as const,
        hallIds: ['h1'],
        secretHash: 'a'.repeat(64),
      },
    },
    1,
  );
  const suspended = recorded({ type: 'access.client-suspended.v1' as const, data: { clientId } }, 2, 'unpaid');
  const reinstated = recorded({ type: 'access.client-reinstated.v1' as const, data: { clientId } }, 3, 'paid');
  const rotated = recorded(
    {
      type: 'access.client-secret-rotated.v1' as const,
      data: { clientId, secretHash: 'b'.repeat(64), previousValidUntil: '2026-03-02T00:00:00.000Z' },
    },
    4,
  );
  const active = {
    name: 'CRM',
    roles: ['integrator'],
    hallIds: ['h1'],
    status: 'active',
    registeredAt: '2026-03-01T01:00:00.000Z',
    secretRotatedAt: null,
    previousSecretValidUntil: null,
    suspendedFor: null,
    networks: null,
    routes: null,
    contact: null,
  };

  it('shows a client without any secret', () => {
    expect(fold(clientsProjection, registered)).toEqual(active);
    expect(clientsProjection.idOf(registered)).toBe(clientId);
  });

  it('shows why one is suspended, while it is', () => {
    expect(fold(clientsProjection, registered, suspended)).toEqual({
      ...active,
      status: 'suspended',
      suspendedFor: 'unpaid',
    });
    expect(fold(clientsProjection, registered, suspended, reinstated)).toEqual(active);
  });

  it('shows when the secret was rotated', () => {
    expect(fold(clientsProjection, registered, rotated)).toEqual({
      ...active,
      secretRotatedAt: '2026-03-01T04:00:00.000Z',
      previousSecretValidUntil: '2026-03-02T00:00:00.000Z',
    });
  });
});

describe('the list of clients, as access changes,', () => {
  const personId = staffId;
  const registered = recorded<ClientEvent>(
    {
      type: 'access.client-registered.v1',
      data: { clientId, name: 'CRM', role: 'integrator', hallIds: ['h1'], secretHash: 'a'.repeat(64) },
    },
    1,
  );

  it.each<[ClientEvent, object]>([
    [
      { type: 'access.client-role-granted.v1', data: { clientId, role: 'gateway' } },
      { roles: ['integrator', 'gateway'] },
    ],
    [{ type: 'access.client-role-revoked.v1', data: { clientId, role: 'integrator' } }, { roles: [] }],
    [{ type: 'access.client-halls-set.v1', data: { clientId, hallIds: '*' } }, { hallIds: '*' }],
    [{ type: 'access.client-networks-set.v1', data: { clientId, networks: ['::1/128'] } }, { networks: ['::1/128'] }],
    [{ type: 'access.client-routes-limited.v1', data: { clientId, routes: null } }, { routes: null }],
    [
      { type: 'access.client-contact-set.v1', data: { clientId, personId, sealedContact: 'v1.a' } },
      { contact: { personId, sealedContact: 'v1.a' } },
    ],
    [{ type: 'access.client-contact-erased.v1', data: { clientId, personId } }, { contact: null }],
  ])('follows %p', (event, expected) => {
    expect(fold(clientsProjection, registered, recorded(event, 2))).toMatchObject(expected);
  });
});

describe('the list of staff', () => {
  const registered = recorded(
    {
      type: 'access.staff-registered.v2' as const,
      data: {
        staffId,
        login: { clear: 'maria' },
        sealedName: 'v1.a.b',
        role: 'cashier' as const,
        hallIds: '*' as const,
        sealedPasswordHash: 'v1.c.d',
        oneTime: true,
      },
    },
    1,
  );
  const changed = recorded(
    { type: 'access.staff-password-changed.v1' as const, data: { staffId, sealedPasswordHash: 'v1.e.f' } },
    2,
  );
  const suspended = recorded({ type: 'access.staff-suspended.v1' as const, data: { staffId } }, 3, 'left');
  const reinstated = recorded({ type: 'access.staff-reinstated.v1' as const, data: { staffId } }, 4);

  it('shows people without any password', () => {
    const doc = fold(staffProjection, registered);
    expect(doc).toMatchObject({
      login: { clear: 'maria' },
      sealedName: 'v1.a.b',
      hallIds: '*',
      mustChangePassword: true,
    });
    expect(JSON.stringify(doc)).not.toContain('v1.c.d');
    expect(staffProjection.idOf(registered)).toBe(staffId);
  });

  it('follows what happens to them', () => {
    expect(fold(staffProjection, registered, changed, suspended)).toMatchObject({
      mustChangePassword: false,
      status: 'suspended',
      suspendedFor: 'left',
    });
    expect(fold(staffProjection, registered, changed, suspended, reinstated)).toMatchObject({
      status: 'active',
      suspendedFor: null,
    });
  });
});
