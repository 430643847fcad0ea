import { rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '../errors.js';

const FOLDER = 'scratch';

/** Removes what a crash left behind. */
export function clearScratch(dataDir: string): void {
  rmSync(join(dataDir, FOLDER), { recursive: true, force: true });
}

let lastNumber = 0;

/**
 * Room on disk for what one command cannot hold in memory. It has no file before something is written, and the file has
 * no name once it is open: whatever becomes of the process, its space is given back.
 */
export class Scratch {
  private file: Promise<FileHandle> | undefined;
  private bytes = 0;
  private isClosed = false;

  constructor(private readonly dataDir: string) {}

  /** The offset that the next bytes will be written at. */
  get endOffset(): number {
    return this.bytes;
  }

  /** Writes behind everything before. Throws a CommandError (OutOfDiskSpace) where there is no room. */
  async append(bytes: Buffer): Promise<void> {
    const offset = this.bytes;
    this.bytes += bytes.length;
    try {
      const file = await (this.file ??= this.create());
      for (let done = 0; done < bytes.length;) {
        done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
      }
    } catch (error) {
      throw new CommandError('OutOfDiskSpace', `no room for what a sort cannot hold in memory: ${String(error)}`);
    }
  }

  /** Fills `into` with what was written at `offset`. */
  async read(into: Buffer, offset: number): Promise<void> {
    const file = await this.file;
    for (let done = 0; done < into.length;) {
      const read = (await file?.read(into, done, into.length - done, offset + done))?.bytesRead ?? 0;
      if (read === 0) throw new Error('a scratch file is shorter than what was written');
      done += read;
    }
  }

  /** Gives the space back; what goes on reading fails. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    const file = await this.file?.catch(() => undefined);
    await file?.close();
  }

  private async create(): Promise<FileHandle> {
    if (this.isClosed) throw new Error('the command has ended');
    const folder = join(this.dataDir, FOLDER);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${(lastNumber += 1)}.tmp`);
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  }
}
