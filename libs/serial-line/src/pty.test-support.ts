import { closeSync, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';

import { load } from 'koffi';

const readAndWrite = 0x2;
const notControlling = 0x100;

/** A terminal that only the kernel has: a program opens `path` as its serial port, and this is what is at the other end of its cable. */
export interface Pty {
  readonly path: string;
  /** Bytes for the program. */
  write(bytes: Uint8Array): void;
  /** Hears what the program writes. */
  heard(listener: (bytes: Uint8Array) => void): void;
  /** Pulls the plug. */
  close(): void;
}

/** @throws {Error} where the system has no ptys */
export function openPty(): Pty {
  const libc = load(null);
  const open = libc.func('int posix_openpt(int)');
  const grant = libc.func('int grantpt(int)');
  const unlock = libc.func('int unlockpt(int)');
  const name = libc.func('const char *ptsname(int)');
  const descriptor: unknown = open(readAndWrite | notControlling);
  if (typeof descriptor !== 'number' || descriptor < 0 || grant(descriptor) !== 0 || unlock(descriptor) !== 0) {
    throw new Error('no pty can be opened');
  }
  const path = String(name(descriptor));
  // Held open, so that a program may close its port and another open it; and without echo, or two ends would talk for ever.
  const held = openSync(path, 'r+');
  makeRaw(libc, held);
  const stream = new ReadStream(descriptor);
  stream.on('error', () => undefined);
  return {
    path,
    write: (bytes) => void writeSync(descriptor, bytes),
    heard: (listener) => void stream.on('data', (chunk: Buffer) => listener(chunk)),
    close: () => {
      if (stream.destroyed) return;
      stream.destroy();
      closeSync(held);
    },
  };
}

const termiosBytes = 64;

function makeRaw(libc: ReturnType<typeof load>, descriptor: number): void {
  const termios = Buffer.alloc(termiosBytes);
  libc.func('int tcgetattr(int, _Out_ uint8_t *)')(descriptor, termios);
  libc.func('void cfmakeraw(_Inout_ uint8_t *)')(termios);
  libc.func('int tcsetattr(int, int, const uint8_t *)')(descriptor, 0, termios);
}

/** A cable between two programs: what is written at one end comes out at the other. */
export function openCable(): { readonly ends: readonly [string, string]; close(): void } {
  const [left, right] = [openPty(), openPty()];
  left.heard((bytes) => right.write(bytes));
  right.heard((bytes) => left.write(bytes));
  return {
    ends: [left.path, right.path],
    close: () => {
      left.close();
      right.close();
    },
  };
}
