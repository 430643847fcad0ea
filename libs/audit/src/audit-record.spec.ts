import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import { rememberingNames } from './actor-names.js';
import { auditRecord } from './audit-record.js';

const event: RecordedEvent = {
  id: '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11',
  type: 'hall.created.v1',
  data: { name: 'Rila' },
  stream: 'hall-1',
  revision: 0n,
  position: 2n ** 60n,
  recordedAt: new Date('2026-01-15T13:30:00.123Z'),
  metadata: {
    $correlationId: 'correlation',
    $causationId: 'cause',
    commandId: '8c3f2a50-6c1a-5d5e-9f3b-2b7f7f3a1c22',
    actor: { kind: 'staff', id: 'staff-1' },
    hallId: 'hall',
    gamingDate: '2026-01-15',
    occurredAt: '2026-01-15T13:30:00.000Z',
  },
};

describe('an audit record', () => {
  it('says who, when, where and why, and keeps every digit of the position', async () => {
    const record = await auditRecord(event, { nameOf: () => Promise.resolve('Elena Petrova') });
    expect(record).toMatchObject({
      position: '1152921504606846976',
      actor: { kind: 'staff', id: 'staff-1', name: 'Elena Petrova' },
      occurredAt: '2026-01-15T13:30:00.000Z',
      recordedAt: '2026-01-15T13:30:00.123Z',
      hallId: 'hall',
      reason: null,
      bookedGamingDate: null,
      correlationId: 'correlation',
      data: { name: 'Rila' },
    });
  });

  it('leaves an erased person without a name', async () => {
    expect((await auditRecord(event, { nameOf: () => Promise.resolve(null) })).actor).toEqual({
      kind: 'staff',
      id: 'staff-1',
      name: null,
    });
  });

  it('asks for each name once', async () => {
    let asked = 0;
    const names = rememberingNames({ nameOf: () => Promise.resolve(`name ${(asked += 1)}`) });
    await Promise.all([auditRecord(event, names), auditRecord(event, names)]);
    expect(asked).toBe(1);
  });
});
