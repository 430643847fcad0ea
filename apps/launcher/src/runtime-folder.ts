import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, connect, type Server } from 'node:net';
import { join, resolve } from 'node:path';

import { runtimeFolderOf } from '#config';

/** A refusal to start, in one line for a person. */
export class CannotStart extends Error {}

export const hasUnixSockets = process.platform !== 'win32';

/**
 * A short folder of the owner's alone for the sockets of one data directory: a socket's path may have about 107 bytes, and
 * whoever reaches the engines' sockets could write past the audit trail.
 * @throws {CannotStart} it belongs to somebody else
 */
export function runtimeFolder(dataDir: string): string {
  const owner = process.getuid?.() ?? 0;
  const folder = runtimeFolderOf(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const state = lstatSync(folder);
  if (!state.isDirectory() || (process.getuid && state.uid !== owner)) {
    throw new CannotStart(`${folder} belongs to somebody else; the engines' sockets would not be safe in it.`);
  }
  chmodSync(folder, 0o700);
  return folder;
}

/**
 * Holds a data directory for one launcher, for as long as this process lives.
 * @throws {CannotStart} another one runs on it
 */
export async function holdDataDirectory(dataDir: string, folder: string): Promise<Server> {
  const path = hasUnixSockets
    ? join(folder, 'launcher')
    : `\\\\.\\pipe\\tallyhall-${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12)}`;
  if (await answers(path))
    throw new CannotStart(
      `Tallyhall runs on ${resolve(dataDir)} already. Stop it first, or set DATA_DIR to another folder.`,
    );
  if (hasUnixSockets) rmSync(path, { force: true });
  const server = createServer((socket) => socket.end());
  await new Promise<void>((done, fail) => server.once('error', fail).listen(path, done));
  return server;
}

/** @throws {CannotStart} something else listens there */
export async function assertPortFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'EADDRINUSE'
          ? new CannotStart(`Port ${port} on ${host} is taken. Stop what listens there, or set PORT to another one.`)
          : new CannotStart(`Cannot listen on ${host}:${port}: ${error.message}`),
      ),
    );
    server.listen(port, host, done);
  });
  await new Promise((done) => server.close(done));
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
