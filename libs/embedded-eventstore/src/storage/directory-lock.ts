/**
 * One server a data directory. On Linux the lock is an abstract Unix socket named after the directory's device and
 * inode: the kernel releases it with its holder, however that one dies, and nobody can take it in between. Elsewhere
 * it is a file with the holder's process id, taken over when that process is gone.
 */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { DirectoryLocked, systemCode } from '../errors.js';

const lockFileName = 'lock';

/** Gives the directory back. */
export type ReleaseLock = () => Promise<void>;

/** Takes the directory for this process; throws DirectoryLocked when another server holds it. */
export const lockDirectory = async (directory: string): Promise<ReleaseLock> =>
  process.platform === 'linux' ? lockBySocket(directory) : lockByFile(directory);

const refusal = (directory: string): DirectoryLocked =>
  new DirectoryLocked(`another event store is running on the data directory ${directory}`);

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, exclusive: true }, resolve);
  });

const lockBySocket = async (directory: string): Promise<ReleaseLock> => {
  const { dev, ino } = await stat(directory, { bigint: true });
  const server = createServer((socket) => socket.destroy());
  try {
    await listen(server, `\0embedded-eventstore-${dev}-${ino}`);
  } catch (error) {
    throw systemCode(error) === 'EADDRINUSE' ? refusal(directory) : error;
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
};

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
};

const lockByFile = async (directory: string): Promise<ReleaseLock> => {
  const path = join(directory, lockFileName);
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return () => rm(path, { force: true });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const holder = Number(await readFile(path, 'utf8'));
  if (!Number.isInteger(holder) || holder <= 0 || isAlive(holder)) throw refusal(directory);
  await rm(path, { force: true });
  return lockByFile(directory);
};
