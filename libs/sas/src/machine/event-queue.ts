import type { RealTimeEvent } from '../codec/index.js';
import type { Books } from './state.js';

/** Exceptions that wait for the host; "at least 20" is what sources say of real machines. */
export const maximumQueuedEvents = 20;

/** Queues events in order. Those that find the queue full are lost, which the machine reports by exception 70. */
export function report(books: Books, ...events: readonly RealTimeEvent[]): Books {
  const room = maximumQueuedEvents - books.queue.length;
  return {
    ...books,
    queue: [...books.queue, ...events.slice(0, room)],
    queueOverflowed: books.queueOverflowed || events.length > room,
  };
}

export const plain = (code: number): RealTimeEvent => ({ name: 'plain', code });
