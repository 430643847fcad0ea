import { createServer, type Server } from 'node:http';

import { Webhook } from 'standardwebhooks';

export interface ReceivedCallback {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A consumer of callbacks, as an integrator would write it: it verifies every signature with the public package. */
export class CallbackReceiver {
  readonly received: ReceivedCallback[] = [];
  private secret: string | undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CallbackReceiver> {
    const server = createServer();
    const receiver = new CallbackReceiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const taken = receiver.take(Buffer.concat(chunks).toString(), request.headers as Record<string, string>);
        response.writeHead(taken ? 204 : 401).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the receiver does not listen');
    return `http://127.0.0.1:${address.port}/callbacks`;
  }

  /** The secret that the registration answered; until then everything is refused. */
  trust(secret: string): void {
    this.secret = secret;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: string, headers: Record<string, string>): boolean {
    if (this.secret === undefined) return false;
    try {
      new Webhook(this.secret).verify(body, headers);
    } catch {
      return false;
    }
    this.received.push(JSON.parse(body) as ReceivedCallback);
    return true;
  }
}
