import { describe, expect, it } from '@jest/globals';

import type { RecordedEvent } from '#kernel';

import { erasurePolicy } from './erasure.policy.js';

const recorded = (type: string, data: object): RecordedEvent => ({
  id: 'e1',
  type,
  data,
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: '7d444840-9dc0-41d1-b245-5ffdce74fad2',
    actor: { kind: 'staff', id: 's' },
    hallId: null,
    gamingDate: null,
    occurredAt: '2026-03-01T00:00:00.000Z',
  },
  stream: 's',
  revision: 1n,
  position: 1n,
  recordedAt: new Date(0),
});

describe('the erasure policy', () => {
  const erased: string[] = [];
  const sut = erasurePolicy({ erase: (personId) => Promise.resolve(void erased.push(personId)) });

  it.each([
    ['player.erased.v1', { playerId: 'p' }, 'p'],
    ['access.staff-erased.v1', { staffId: 's' }, 's'],
    ['access.client-contact-erased.v1', { clientId: 'c', personId: 'contact' }, 'contact'],
  ])('erases the key of the person that %s names', async (type, data, personId) => {
    expect(sut.handles).toContain(type);
    await sut.react(recorded(type, data));
    expect(erased.at(-1)).toBe(personId);
  });

  it('does not pass over an erasure that it cannot read', async () => {
    await expect(sut.react(recorded('player.erased.v1', {}))).rejects.toThrow('names nobody');
  });
});
