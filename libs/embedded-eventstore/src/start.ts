import { setMaxListeners } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createServer } from './grpc/server.js';
import type { ListenTarget, RpcServer } from './rpc/rpc-server.js';
import { backupDirectory, type BackupReport } from './storage/backup.js';
import { machineDisk } from './storage/disk.js';
import { lockDirectory } from './storage/directory-lock.js';
import { defaultSegmentBytes, minimumSegmentBytes } from './storage/segment-row.js';
import type { Repair } from './storage/recovery.js';
import { verifyDirectory, type VerifyReport } from './storage/verify.js';
import type { ScavengeReport } from './store/scavenge-work.js';
import { Store } from './store/store.js';

export interface EventStoreOptions {
  /** Where everything is kept; made when it is not there. */
  readonly dataDir: string;
  /** TCP port on `host`; 0 (the default) picks one. */
  readonly port?: number;
  /** 127.0.0.1 unless asked otherwise. The server knows neither passwords nor TLS. */
  readonly host?: string;
  /** A Unix socket instead of TCP; its path has at most 107 bytes. */
  readonly socketPath?: string;
  /** Bytes of a log segment, 16 MiB unless asked otherwise. */
  readonly segmentBytes?: number;
  /** Milliseconds since 1970, for the creation time of events. */
  readonly now?: () => number;
}

export interface EventStoreServer {
  /** What clients connect to: `127.0.0.1:2113` or `unix:/path`. */
  readonly address: string;
  /** The connection string for TCP, such as `esdb://127.0.0.1:2113?tls=false`. */
  readonly uri?: string;
  /** What the start cleared of an append that was never acknowledged, if anything. */
  readonly repair: Repair | null;
  /** Resolves with the reason when the engine had to stop by itself: a write failed, memory is ahead of the disk. */
  readonly failed: Promise<Error>;
  /**
   * Copies everything to a folder that is empty or not there, while the server goes on: whole appends, all that were
   * acknowledged before. A start on that folder is the restore.
   */
  backup(folder: string): Promise<BackupReport>;
  /**
   * Gives back the space of events that no reader of their streams sees any more, while the server goes on; joins the
   * scavenge that runs, if one does. Resolves when it is over; rejects when it failed or was stopped.
   */
  scavenge(): Promise<ScavengeReport>;
  /** Ends subscriptions, finishes what is being written, and gives the directory back. */
  stop(): Promise<void>;
}

/** Calls that are still open after this many milliseconds of stopping are cut. */
const stopPatienceMs = 1_000;
const maximumSocketPathBytes = 107;

/** Starts a server on a data directory. Rejects with DirectoryLocked, DataDamaged, FormatRefused, or a bind error. */
export const startEventStore = async (options: EventStoreOptions): Promise<EventStoreServer> => {
  const directory = resolve(options.dataDir);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const release = await lockDirectory(directory);
  try {
    return await startOn(directory, options, release);
  } catch (error) {
    await release();
    throw error;
  }
};

/**
 * Walks everything in a data directory that no server runs on, and changes nothing. Throws DirectoryLocked, or DataDamaged
 * with the segment and offset of the first damage.
 */
export const verifyEventStore = async (dataDir: string): Promise<VerifyReport> => {
  const directory = resolve(dataDir);
  const release = await lockDirectory(directory);
  try {
    return verifyDirectory(directory);
  } finally {
    await release();
  }
};

/** As `backup` of a server, for a data directory whose server is another process, or does not run. */
export const backupEventStore = (dataDir: string, folder: string): Promise<BackupReport> =>
  backupDirectory(resolve(dataDir), resolve(folder));

const startOn = async (
  directory: string,
  options: EventStoreOptions,
  release: () => Promise<void>,
): Promise<EventStoreServer> => {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((settle) => {
    fail = settle;
  });
  const store = await Store.open({
    disk: machineDisk,
    directory,
    segmentBytes: Math.max(options.segmentBytes ?? defaultSegmentBytes, minimumSegmentBytes),
    now: options.now ?? Date.now,
    onFailure: (error) => fail(error),
  });
  const stopping = new AbortController();
  // Every open call listens to it, and lets go when it ends.
  setMaxListeners(0, stopping.signal);
  let ownPort = 0;
  const server = createServer(store, stopping.signal, () => ownPort);
  try {
    ownPort = await server.listen(await listenTarget(options));
  } catch (error) {
    await store.close();
    throw error;
  }
  let stopped: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopped ??= stopAll(server, stopping, store, options.socketPath).finally(release));
  void failed.then(stop);
  const backup = (folder: string): Promise<BackupReport> => backupDirectory(directory, resolve(folder));
  const scavenge = async (): Promise<ScavengeReport> => store.scavenger.start().done;
  return { ...addressOf(options, ownPort), repair: store.repair, failed, backup, scavenge, stop };
};

const listenTarget = async ({ host = '127.0.0.1', port = 0, socketPath }: EventStoreOptions): Promise<ListenTarget> => {
  if (socketPath === undefined) return { host, port };
  if (Buffer.byteLength(socketPath) > maximumSocketPathBytes) {
    throw new Error(`the socket path has more than ${maximumSocketPathBytes} bytes: ${socketPath}`);
  }
  // The directory is locked by now, so a socket of the same name is one that a dead server left.
  await rm(socketPath, { force: true });
  return { path: socketPath };
};

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const addressOf = (
  { host = '127.0.0.1', socketPath }: EventStoreOptions,
  port: number,
): { address: string; uri?: string } => {
  if (socketPath !== undefined) return { address: `unix:${socketPath}` };
  const address = `${bracketed(host)}:${port}`;
  return { address, uri: `esdb://${address}?tls=false` };
};

const stopAll = async (
  server: RpcServer,
  stopping: AbortController,
  store: Store,
  socketPath: string | undefined,
): Promise<void> => {
  stopping.abort('the event store is stopping');
  await server.stop(stopPatienceMs);
  await store.close();
  if (socketPath !== undefined) await rm(socketPath, { force: true });
};
