import { load } from 'koffi';

/** Of Linux termios: c_cflag is the third 32-bit word; the whole is 60 bytes with glibc and musl. */
const controlFlagsAt = 8;
const termiosBytes = 64;
const enableParity = 0x100;
const oddParity = 0x200;
/** CMSPAR: the parity bit is always 1 (with odd, MARK) or always 0 (with even, SPACE). */
const stickyParity = 0x40000000;
const now = 0;

export interface ParityControl {
  /** Every byte that is written from now on has its ninth bit on (MARK) or off (SPACE). */
  set(descriptor: number, wakeup: boolean): void;
}

/**
 * The ninth bit of a Linux tty, by tcsetattr(3): the parity bit, stuck. Works on UARTs and adapters that know CMSPAR.
 * @throws {Error} when the tty refuses
 */
export function parityControl(): ParityControl {
  const libc = load(null);
  const tcgetattr = libc.func('int tcgetattr(int, _Out_ uint8_t *)');
  const tcsetattr = libc.func('int tcsetattr(int, int, const uint8_t *)');
  return {
    set: (descriptor, wakeup) => {
      const termios = Buffer.alloc(termiosBytes);
      if (tcgetattr(descriptor, termios) !== 0) throw new Error('the line’s settings cannot be read');
      const flags = termios.readUInt32LE(controlFlagsAt);
      const parity = wakeup ? oddParity : 0;
      termios.writeUInt32LE(((flags & ~oddParity) | enableParity | stickyParity | parity) >>> 0, controlFlagsAt);
      if (tcsetattr(descriptor, now, termios) !== 0) throw new Error('the line’s parity cannot be set');
    },
  };
}
