/** More bytes than this would not be a safe whole number (14 decimal digits are, 16 are not). */
export const maximumBcdBytes = 7;

/**
 * Adds packed decimal digits to a message, most significant first.
 * @throws {RangeError} when the value is not a whole number that fits
 */
export function writeBcd(value: number, bytes: number, into: number[]): void {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 100 ** bytes) {
    throw new RangeError(`${value} does not fit ${bytes} BCD bytes`);
  }
  const from = into.length;
  let rest = value;
  for (let index = 0; index < bytes; index += 1) into.push(0);
  for (let at = from + bytes - 1; at >= from; at -= 1) {
    const pair = rest % 100;
    into[at] = Math.floor(pair / 10) * 16 + (pair % 10);
    rest = Math.floor(rest / 100);
  }
}

/** The offset of the first byte that is not two decimal digits, or -1. */
export function impossibleBcdAt(source: Uint8Array, from: number, bytes: number): number {
  for (let offset = from; offset < from + bytes; offset += 1) {
    const byte = source[offset] ?? 0xff;
    if ((byte & 0x0f) > 9 || byte >>> 4 > 9) return offset;
  }
  return -1;
}

/** The value of packed digits that were found possible. */
export function bcdValue(source: Uint8Array, from: number, bytes: number): number {
  let value = 0;
  for (let offset = from; offset < from + bytes; offset += 1) {
    const byte = source[offset] ?? 0;
    value = value * 100 + (byte >>> 4) * 10 + (byte & 0x0f);
  }
  return value;
}
