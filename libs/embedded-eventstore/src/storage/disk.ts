import { close, fdatasync, open as openFile, writev } from 'node:fs';
import { open, rename } from 'node:fs/promises';

/** A file that is open for writing. */
export interface DiskFile {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * Everything that the log does to the disk beyond reading. What was written is there after a power cut only when a sync
 * of the file came back after it; a name only when a sync of its directory did.
 */
export interface Disk {
  /** Makes an empty file. */
  create(path: string): Promise<DiskFile>;
  /** Writes all of the buffers, one behind another, at `offset`. */
  write(file: DiskFile, buffers: readonly Buffer[], offset: number): Promise<void>;
  sync(file: DiskFile): Promise<void>;
  close(file: DiskFile): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
}

/** The disk of this machine. */
export const machineDisk: Disk = {
  create: (path) =>
    new Promise((resolve, reject) => {
      openFile(path, 'w', (error, descriptor) => (error === null ? resolve({ path, descriptor }) : reject(error)));
    }),
  write: ({ descriptor }, buffers, offset) =>
    new Promise((resolve, reject) => {
      const write = (rest: readonly Buffer[], at: number): void => {
        writev(descriptor, rest, at, (error, written) => {
          if (error !== null) return reject(error);
          const left = withoutFirst(rest, written);
          if (left.length > 0) write(left, at + written);
          else resolve();
        });
      };
      write(buffers, offset);
    }),
  sync: ({ descriptor }) =>
    new Promise((resolve, reject) => {
      fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)));
    }),
  close: ({ descriptor }) =>
    new Promise((resolve, reject) => {
      close(descriptor, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    }),
  rename,
  syncDirectory: async (directory) => {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** What is left of `buffers` after their first `byteCount` bytes. */
export const withoutFirst = (buffers: readonly Buffer[], byteCount: number): Buffer[] => {
  let skip = byteCount;
  const left: Buffer[] = [];
  for (const buffer of buffers) {
    if (skip < buffer.length) left.push(skip === 0 ? buffer : buffer.subarray(skip));
    skip = Math.max(0, skip - buffer.length);
  }
  return left;
};
