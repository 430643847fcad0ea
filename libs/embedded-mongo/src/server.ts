import { existsSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { ListenOptions, Server, Socket } from 'node:net';
import { Engine } from './engine.js';
import { Store } from './storage/store.js';
import { TtlMonitor } from './ttl.js';
import { serveConnection } from './wire/connection.js';

export interface MongoOptions {
  /** Where the data lies; made if it is missing. One server at a time. */
  readonly dataDir: string;
  /** TCP port; 0 takes a free one. Ignored where a socket path is given. Default 0. */
  readonly port?: number;
  /** Default 127.0.0.1. There is no authentication: keep it on an address that only trusted programs reach. */
  readonly host?: string;
  /** A Unix socket instead of TCP; at most 107 bytes. */
  readonly socketPath?: string;
}

export interface MongoServer {
  /** Connection string for the official driver. */
  readonly uri: string;
  /** `host:port` or the socket's path. */
  readonly address: string;
  /** Stops taking commands, waits for what is being written, closes. May be called twice. */
  stop(): Promise<void>;
  /** Resolves with the reason if the store fails. By then no command is answered; the process should end. */
  readonly failed: Promise<Error>;
}

const MAX_CONNECTIONS = 2_000;
const MAX_SOCKET_PATH_BYTES = 107;
const IDLE_CURSOR_CHECK_MS = 60_000;

/** Opens the data directory and listens. Refuses a directory that another server holds, and an address that is taken. */
export async function startMongo(options: MongoOptions): Promise<MongoServer> {
  if (options.socketPath !== undefined) await freeSocketPath(options.socketPath);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const sockets = new Set<Socket>();
  const store = await Store.open(options.dataDir, (failure) => {
    for (const socket of sockets) socket.destroy();
    fail(failure);
  });
  const server = createServer({ highWaterMark: RECEIVE_BYTES });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await listen(server, options);
  } catch (error) {
    await store.close();
    throw error;
  }
  const address = addressOf(server, options);
  const engine = new Engine(store, address);
  let lastConnectionId = 0;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(socket, engine, (lastConnectionId += 1));
  });
  const ttl = new TtlMonitor(store);
  ttl.start();
  const idleCheck = setInterval(() => engine.cursors.closeIdle(), IDLE_CURSOR_CHECK_MS).unref();
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    clearInterval(idleCheck);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
    engine.cursors.closeAll();
    await ttl.stop();
    await store.close();
  };
  return { uri: uriOf(address, options), address, failed, stop: () => (stopping ??= stop()) };
}

const RECEIVE_BYTES = 256 * 1024;

function listen(server: Server, { socketPath, host = '127.0.0.1', port = 0 }: MongoOptions): Promise<void> {
  const where: ListenOptions = socketPath === undefined ? { host, port } : { path: socketPath };
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const address = socketPath ?? `${host}:${port}`;
      reject(error.code === 'EADDRINUSE' ? new Error(`${address} is already in use`) : error);
    });
    server.listen(where, resolve);
  });
}

/** A socket file that no process listens on any more is left from a crash and is removed. */
async function freeSocketPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new Error(`the socket path ${path} is longer than ${MAX_SOCKET_PATH_BYTES} bytes`);
  }
  if (!existsSync(path)) return;
  const live = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (live) throw new Error(`${path} is already in use`);
  unlinkSync(path);
}

function addressOf(server: Server, { socketPath, host = '127.0.0.1' }: MongoOptions): string {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? `${host}:${bound.port}` : (socketPath ?? '');
}

function uriOf(address: string, { socketPath }: MongoOptions): string {
  return `mongodb://${socketPath === undefined ? address : encodeURIComponent(address)}/?directConnection=true`;
}
