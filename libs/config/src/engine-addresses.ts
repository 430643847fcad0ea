import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the sockets of a data directory's engines lie: a short path, since a socket's may have about 107 bytes. */
export function runtimeFolderOf(dataDir: string): string {
  const owner = process.getuid?.() ?? 0;
  const name = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `tallyhall-${owner}-${name}`);
}

/** The addresses of the engines that `npm start` runs on a data directory, where it runs. */
export function engineAddresses(dataDir: string): { readonly EVENTSTORE_URL: string; readonly MONGODB_URL: string } {
  const folder = runtimeFolderOf(dataDir);
  return {
    EVENTSTORE_URL: `unix:${join(folder, 'es.sock')}`,
    MONGODB_URL: `mongodb://${encodeURIComponent(join(folder, 'mongo.sock'))}`,
  };
}
