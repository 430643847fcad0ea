import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import { historyItem } from './history-item.js';

const shown = (type: string, data: object) => {
  const event: RecordedEvent = {
    ...{ id: 'e', type, data, stream: 'feed-m1-2026-01-15', revision: 0n, position: 7n, recordedAt: new Date(0) },
    metadata: {
      ...{ $correlationId: 'c', $causationId: 'c', commandId: 'c', occurredAt: '2026-01-15T13:30:00.000Z' },
      ...{ actor: { kind: 'machine', id: 'm1' }, hallId: 'h1', gamingDate: '2026-01-15' },
    },
  };
  return historyItem(event);
};

describe('an event of a machine’s history', () => {
  it('shows of a ticket’s number what tells it from others, and no more', () => {
    const data = { validation: '0012345678901234', amount: { value: 2000, currency: 'EUR' } };
    expect(shown('machine.ticket-recorded.v1', data).data).toEqual({ ...data, validation: '************1234' });
  });

  it('says what an exception’s code means, where a table has it', () => {
    const exception = (code: number) => shown('machine.exception-reported.v1', { code, realTime: true });
    expect(exception(0x28)).toMatchObject({ meaning: 'bill jam', position: '7' });
    expect(exception(0xfe)).not.toHaveProperty('meaning');
    expect(shown('machine.clock-off.v1', { code: 0x28 })).not.toHaveProperty('meaning');
  });
});
