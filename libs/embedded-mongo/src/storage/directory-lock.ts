import { statSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Takes the data directory for this process, or throws. The lock is a local socket named after the directory's inode:
 * the operating system gives it back when the holder dies, however it dies.
 */
export async function lockDirectory(dataDir: string): Promise<DirectoryLock> {
  const { dev, ino } = statSync(dataDir, { bigint: true });
  const name = `embedded-mongo-${dev.toString(36)}-${ino.toString(36)}`;
  const server = await hold(name, () => new Error(`${dataDir} is in use by another server`));
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function hold(name: string, taken: () => Error): Promise<Server> {
  if (process.platform === 'linux') return listen(`\0${name}`, taken);
  if (process.platform === 'win32') return listen(`\\\\.\\pipe\\${name}`, taken);
  const path = join(tmpdir(), `${name}.lock`);
  if (!(await answers(path))) removeStale(path);
  return listen(path, taken);
}

function listen(address: string, taken: () => Error): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? taken() : error));
    server.listen(address, () => resolve(server));
  });
}

/** Whether a living process listens on a socket file; a dead one's file refuses the connection. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function removeStale(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
