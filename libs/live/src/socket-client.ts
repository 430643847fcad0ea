import type { Socket } from 'socket.io';

import type { PublicEvent } from '#kernel';

import { type LiveClient, Unacknowledged } from './live-client.js';
import {
  acknowledgementMs,
  type DisconnectReason,
  type EventsPage,
  maximumWaitingPackets,
  recheckMs,
} from './protocol.js';

/** How patient the platform is with a client. */
export interface Patience {
  readonly acknowledgementMs: number;
  readonly waitingPackets: number;
  readonly recheckMs: number;
}

export const usualPatience: Patience = { acknowledgementMs, waitingPackets: maximumWaitingPackets, recheckMs };

/** A socket.io connection as a {@link LiveClient}; disconnects one that lets too much wait. */
export class SocketClient implements LiveClient {
  private leaving = false;

  /** @param onLeave called once, before the connection is closed from this side: nothing more is to be pushed */
  constructor(
    private readonly socket: Socket,
    private readonly onLeave: () => void,
    private readonly patience: Patience,
  ) {
    this.watchWaiting();
  }

  get id(): string {
    return this.socket.id;
  }

  push(event: PublicEvent): void {
    if (!this.leaving) this.socket.emit('event', event);
  }

  async pushPage(page: EventsPage): Promise<void> {
    if (this.leaving) return;
    try {
      await this.socket.timeout(this.patience.acknowledgementMs).emitWithAck('events', page);
    } catch (error) {
      throw new Unacknowledged({ cause: error });
    }
  }

  /** What waits already still goes out, then the reason, then the end. One that reads nothing is cut off by the heartbeat. */
  disconnect(reason: DisconnectReason): void {
    if (this.leaving) return;
    this.leaving = true;
    this.onLeave();
    this.socket.emit('closing', { reason });
    this.socket.disconnect(true);
  }

  /** Packets wait in the engine's buffer while the transport is busy; a flush hands all of them to the transport. */
  private watchWaiting(): void {
    const { conn } = this.socket;
    let waiting = 0;
    conn.on('flush', () => (waiting = 0));
    conn.on('packetCreate', () => {
      waiting += 1;
      if (waiting === this.patience.waitingPackets) setImmediate(() => this.disconnect('slow'));
    });
  }
}
