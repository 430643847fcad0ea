import { closeSync, openSync, read, readSync } from 'node:fs';

/** A whole file is read in parts of so many bytes. */
const partBytes = 1024 * 1024;

/** A file that many read and that may be given up meanwhile: it is closed once nobody holds it any more. */
export class OpenFile {
  readonly descriptor: number;
  private holders = 0;
  private isGivenUp = false;

  constructor(
    readonly path: string,
    flags: 'r' | 'r+',
  ) {
    this.descriptor = openSync(path, flags);
  }

  /** Reads into the start of `into` at once; answers how many of `byteCount` bytes there were. */
  readNow(into: Buffer, byteCount: number, offset: number): number {
    return readSync(this.descriptor, into, 0, byteCount, offset);
  }

  /** Reads `byteCount` bytes, fewer at the end of the file. The file must be held. */
  read(byteCount: number, offset: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(byteCount);
    return new Promise((resolve, reject) => {
      read(this.descriptor, buffer, 0, byteCount, offset, (error, bytesRead) => {
        if (error === null) resolve(bytesRead === byteCount ? buffer : buffer.subarray(0, bytesRead));
        else reject(error);
      });
    });
  }

  /** The first `byteCount` bytes, or fewer when the file is shorter. */
  readAll(byteCount: number): Promise<Buffer> {
    return this.hold(async () => {
      const parts: Buffer[] = [];
      for (let at = 0; at < byteCount;) {
        const part = await this.read(Math.min(partBytes, byteCount - at), at);
        if (part.length === 0) break;
        parts.push(part);
        at += part.length;
      }
      return Buffer.concat(parts);
    });
  }

  /** Keeps the file open until `work` is done. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    this.holders += 1;
    try {
      return await work();
    } finally {
      this.holders -= 1;
      if (this.isGivenUp) this.closeWhenFree();
    }
  }

  /** Those who hold it go on. */
  close(): void {
    this.isGivenUp = true;
    this.closeWhenFree();
  }

  private closeWhenFree(): void {
    if (this.holders === 0) closeSync(this.descriptor);
  }
}
