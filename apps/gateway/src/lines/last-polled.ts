import { closeSync, openSync, readSync, writeSync } from 'node:fs';

import { maximumLines } from '../config.js';

/**
 * The machine that was polled last on each line, a byte a line. After a restart it must be polled first: a poll to any other machine would
 * acknowledge an event that was on the wire. Written before each poll and never synced: a kill leaves it in the page cache, and after a power
 * cut the machines have taken the link for broken, and report again what was not acknowledged.
 */
export class LastPolled {
  private readonly descriptor: number;
  private readonly addresses = Buffer.alloc(maximumLines);

  constructor(path: string) {
    closeSync(openSync(path, 'a', 0o600));
    this.descriptor = openSync(path, 'r+');
    readSync(this.descriptor, this.addresses, 0, maximumLines, 0);
  }

  /** Null where no machine of the line was ever polled. */
  of(line: number): number | null {
    return this.addresses[line] || null;
  }

  note(line: number, address: number): void {
    if (this.addresses[line] === address) return;
    this.addresses[line] = address;
    writeSync(this.descriptor, this.addresses, line, 1, line);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
