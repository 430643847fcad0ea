import type { RecordedEvent } from '#kernel';

/** An event as the store has it, but for what is given. */
export const recordedEvent = (over: Partial<RecordedEvent> = {}): RecordedEvent => ({
  id: '7c3f2a50-6c1a-4d5e-9f3b-2b7f7f3a1c11',
  type: 'test.happened.v1',
  data: {},
  stream: 'test-1',
  revision: 3n,
  position: 9n,
  recordedAt: new Date(0),
  ...over,
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: '8c3f2a50-6c1a-5d5e-9f3b-2b7f7f3a1c22',
    actor: { kind: 'system', id: 'test' },
    hallId: null,
    gamingDate: null,
    occurredAt: '2026-01-15T13:30:00.000Z',
    ...over.metadata,
  },
});

/** The event at a position of a stream that has all of them. */
export const recordedAt = (position: bigint, type = 'test.happened.v1'): RecordedEvent =>
  recordedEvent({ id: `event-${position}`, type, revision: position, position });
