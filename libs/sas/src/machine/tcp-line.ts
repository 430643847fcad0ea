import { createServer, type Server, type Socket } from 'node:net';

import { encodeRaw, encodeSymbols, rawRequestDecoder, symbolDecoder, type WireSymbol } from '../transport/symbols.js';

/** Bytes that may wait for a host that does not read; what comes after them is lost, as on a wire. */
const maximumUnreadBytes = 64 * 1024;

/** What hangs on the line: every machine hears every symbol of the host. */
export type LineListener = (symbols: readonly WireSymbol[]) => void;

export interface TcpLineOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Plain bytes without the wakeup bit. */
  readonly raw?: boolean;
}

/** A line of machines behind a TCP port, in place of a serial line. One host at a time: a new one takes the line over. */
export class TcpLine {
  private host: Socket | null = null;

  private constructor(
    private readonly server: Server,
    private readonly raw: boolean,
    private readonly hear: LineListener,
  ) {
    server.on('connection', (socket) => this.connect(socket));
  }

  /** @throws the listening error (EADDRINUSE and its kin) */
  static async listen({ host, port, raw = false }: TcpLineOptions, hear: LineListener): Promise<TcpLine> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new TcpLine(server, raw, hear);
  }

  get port(): number {
    const address = this.server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Puts a machine's symbols on the wire; lost, as on a wire, when no host listens. */
  say(symbols: readonly WireSymbol[]): void {
    if (!this.host?.writable || this.host.writableLength > maximumUnreadBytes) return;
    this.host.write(this.raw ? encodeRaw(symbols) : encodeSymbols(symbols));
  }

  private connect(socket: Socket): void {
    this.host?.destroy();
    this.host = socket;
    const decoder = this.raw ? rawRequestDecoder() : symbolDecoder();
    socket.on('data', (chunk) => {
      const symbols = decoder.decode(chunk);
      if (symbols === null) socket.destroy();
      else if (symbols.length > 0) this.hear(symbols);
    });
    // A host that breaks off is what a wire does too: the machines notice by its silence.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (this.host === socket) this.host = null;
    });
  }

  async close(): Promise<void> {
    this.host?.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
