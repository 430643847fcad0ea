import { open, type FileHandle } from 'node:fs/promises';

/** What the journal does to its disk. Handed in, so that a spec can fill it up. */
export interface Disk {
  create(path: string): Promise<SegmentFile>;
  openToAppend(path: string): Promise<SegmentFile>;
  /** Makes a directory's entries durable. */
  syncDirectory(path: string): Promise<void>;
}

export interface SegmentFile {
  write(bytes: Buffer, offset: number): Promise<void>;
  /** fdatasync(2). */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

function segmentFile(handle: FileHandle): SegmentFile {
  return {
    write: async (bytes, offset) => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, offset + done);
        done += bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

export const realDisk: Disk = {
  create: async (path) => segmentFile(await open(path, 'wx', 0o600)),
  openToAppend: async (path) => segmentFile(await open(path, 'r+')),
  syncDirectory: async (path) => {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** Whether a write failed because there is no room: nothing is broken, and it is tried again. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
