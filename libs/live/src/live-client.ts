import type { PublicEvent } from '#kernel';

import type { DisconnectReason, EventsPage } from './protocol.js';

/** A connected client, as the subscriptions see it. */
export interface LiveClient {
  readonly id: string;
  push(event: PublicEvent): void;
  /** Resolves when the client has acknowledged the page. @throws {Unacknowledged} it did not in time */
  pushPage(page: EventsPage): Promise<void>;
  disconnect(reason: DisconnectReason): void;
}

/** Pushes one event to many clients, serialised once. */
export type PushToMany = (clientIds: readonly string[], event: PublicEvent) => void;

/** The client did not acknowledge a page in time. */
export class Unacknowledged extends Error {
  constructor(options?: ErrorOptions) {
    super('The client did not acknowledge a page in time.', options);
    this.name = 'Unacknowledged';
  }
}
