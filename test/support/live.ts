import { io, type Socket } from 'socket.io-client';

/** A public event as a socket gets it. */
export interface PushedEvent {
  readonly id: string;
  readonly type: string;
  readonly position: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type Acknowledged =
  | {
      readonly ok: true;
      readonly position: string;
      readonly status?: number;
      readonly body?: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; readonly problem: { readonly code: string } };

/** A live client: gathers what is pushed, replayed pages included, and acknowledges them. */
export class LiveClient {
  readonly events: PushedEvent[] = [];

  private constructor(private readonly socket: Socket) {}

  static async connect(url: string, token: string): Promise<LiveClient> {
    const socket = io(`${url}/live`, { auth: { token }, transports: ['websocket'], reconnection: false });
    const client = new LiveClient(socket);
    socket.on('event', (event: PushedEvent) => client.events.push(event));
    socket.on('events', ({ items }: { items: PushedEvent[] }, acknowledge: () => void) => {
      client.events.push(...items);
      acknowledge();
    });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return client;
  }

  subscribe(request: object): Promise<Acknowledged> {
    return this.socket.emitWithAck('subscribe', request) as Promise<Acknowledged>;
  }

  command(request: object): Promise<Acknowledged> {
    return this.socket.emitWithAck('command', request) as Promise<Acknowledged>;
  }

  close(): void {
    this.socket.disconnect();
  }
}
