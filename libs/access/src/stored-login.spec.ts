import { describe, expect, it } from '@jest/globals';

import { catalogueOf } from '#event-sourcing';
import type { RecordedEvent } from '#kernel';

import { accessEvents, accessUpcasters } from './access.aggregates.js';
import { fakePersonalDataOf } from './access.test-support.js';
import { openLogin, sealLogin } from './stored-login.js';

const staffId = '331c5be8-369d-5cf0-a9b9-c41ccb68063e';

describe('a stored login', () => {
  it('is sealed under the person’s key, and goes with it', async () => {
    const erased: string[] = [];
    const personalData = fakePersonalDataOf(erased);
    const stored = await sealLogin(personalData, staffId, 'maria');
    expect(JSON.stringify(stored)).not.toContain('maria');
    expect(await openLogin(personalData, staffId, stored)).toBe('maria');
    erased.push(staffId);
    expect(await openLogin(personalData, staffId, stored)).toBeNull();
  });

  it('of the first version is read as what it is: in the clear', async () => {
    const about = { staffId, sealedName: 'v1.n', role: 'cashier', hallIds: '*', sealedPasswordHash: 'v1.h' };
    const stored: RecordedEvent = {
      id: staffId,
      type: 'access.staff-registered.v1',
      data: { ...about, login: 'maria', oneTime: true },
      metadata: {
        $correlationId: staffId,
        $causationId: staffId,
        commandId: staffId,
        actor: { kind: 'system', id: 'platform' },
        hallId: null,
        gamingDate: null,
        occurredAt: '2026-03-01T00:00:00Z',
      },
      stream: `staff-${staffId}`,
      revision: 0n,
      position: 1n,
      recordedAt: new Date(0),
    };
    const { type, data: read } = catalogueOf(accessEvents, accessUpcasters).parse(stored);
    expect([type, read]).toMatchObject(['access.staff-registered.v2', { login: { clear: 'maria' }, role: 'cashier' }]);
    const { login } = read as { login: { clear: string } };
    expect(await openLogin(fakePersonalDataOf([]), staffId, login)).toBe('maria');
  });
});
