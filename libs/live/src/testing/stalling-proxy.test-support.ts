import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, and can stop passing on what the server sends: a client that does not read. */
export class StallingProxy {
  private readonly connections: Socket[] = [];
  private server: Server | undefined;

  /** @returns the port to connect to instead */
  async start(serverPort: number): Promise<number> {
    this.server = createServer((client) => {
      const upstream = connect(serverPort, '127.0.0.1');
      this.connections.push(client, upstream);
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
      client.pipe(upstream).pipe(client);
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  stall(): void {
    for (const connection of this.connections) connection.pause();
  }

  flow(): void {
    for (const connection of this.connections) connection.resume();
  }

  stop(): void {
    for (const connection of this.connections) connection.destroy();
    this.server?.close();
  }
}
