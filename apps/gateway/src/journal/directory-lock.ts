import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { errno, load, os } from 'koffi';

const lockExclusive = 2;
const lockNonBlocking = 4;

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Holds `directory/LOCK` by flock(2), which the kernel lets go when the holder dies, however it dies. The holder's
 * process id stands in the file for whoever is refused.
 * @throws {Error} naming the directory and the holder, when another process holds it
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'LOCK');
  const handle = await open(path, 'a+', 0o600);
  const flock = load(null).func('int flock(int, int)');
  if (flock(handle.fd, lockExclusive | lockNonBlocking) !== 0) {
    const held = errno() === os.errno.EAGAIN;
    const holder = (await readAll(handle)).trim();
    await handle.close();
    throw new Error(
      held ? `${directory} is in use by another gateway (process ${holder || 'unknown'})` : `${path} cannot be locked`,
    );
  }
  await handle.truncate(0);
  await handle.write(`${process.pid}\n`);
  return { release: () => handle.close() };
}

async function readAll(handle: FileHandle): Promise<string> {
  const buffer = Buffer.alloc(32);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return buffer.toString('utf8', 0, bytesRead);
}
