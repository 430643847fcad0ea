import { load } from 'koffi';

/** Of Linux termios: c_cflag is the third 32-bit word; the whole is 60 bytes with glibc and musl. */
const inputFlagsAt = 0;
const controlFlagsAt = 8;
const termiosBytes = 64;
const enableParity = 0x100;
const oddParity = 0x200;
/** CMSPAR: the parity bit is always 1 (with odd, MARK) or always 0 (with even, SPACE). */
const stickyParity = 0x40000000;
/** c_iflag: parity is looked at, and a byte that breaks it comes as FF 00 byte; a true FF as FF FF. */
const checkParity = 0x10;
const markParity = 0x08;
const ignoreParity = 0x04;
const stripEighthBit = 0x20;
const now = 0;

/** Why a port cannot carry SAS as it is: a UART or driver without stuck parity, or a pty. */
export const noNinthBit =
  'the port does not carry the ninth bit (stuck parity): use another adapter, or plain bytes (raw)';

export interface ParityControl {
  /**
   * Begins at SPACE.
   * @throws {Error} {@link noNinthBit} where the port drops the flags
   */
  begin(descriptor: number): void;

  /** Every byte that is written from now on has its ninth bit on (MARK) or off (SPACE). */
  set(descriptor: number, wakeup: boolean): void;
  /** From now on a received byte whose ninth bit is on is marked: FF 00 byte. Needs the line to be at SPACE. */
  markWakeups(descriptor: number): void;
}

/**
 * The ninth bit of a Linux tty, by tcsetattr(3): the parity bit, stuck. Works on UARTs and adapters that know CMSPAR.
 * @throws {Error} when the tty refuses
 */
export function parityControl(): ParityControl {
  const libc = load(null);
  const tcgetattr = libc.func('int tcgetattr(int, _Out_ uint8_t *)');
  const tcsetattr = libc.func('int tcsetattr(int, int, const uint8_t *)');
  const read = (descriptor: number): Buffer => {
    const termios = Buffer.alloc(termiosBytes);
    if (tcgetattr(descriptor, termios) !== 0) throw new Error('the line’s settings cannot be read');
    return termios;
  };
  const change = (descriptor: number, at: number, by: (flags: number) => number): void => {
    const termios = read(descriptor);
    const flags = by(termios.readUInt32LE(at)) >>> 0;
    // What is so already is not asked for: a driver may refuse a change of nothing.
    if (flags === termios.readUInt32LE(at)) return;
    termios.writeUInt32LE(flags, at);
    if (tcsetattr(descriptor, now, termios) !== 0) throw new Error('the line’s parity cannot be set');
  };
  const set: ParityControl['set'] = (descriptor, wakeup) => {
    const parity = wakeup ? oddParity : 0;
    change(descriptor, controlFlagsAt, (flags) => (flags & ~oddParity) | enableParity | stickyParity | parity);
  };
  return {
    set,
    begin: (descriptor) => {
      set(descriptor, false);
      const wanted = enableParity | stickyParity;
      if ((read(descriptor).readUInt32LE(controlFlagsAt) & wanted) !== wanted) throw new Error(noNinthBit);
    },
    markWakeups: (descriptor) => {
      change(
        descriptor,
        inputFlagsAt,
        (flags) => (flags & ~(ignoreParity | stripEighthBit)) | checkParity | markParity,
      );
    },
  };
}
