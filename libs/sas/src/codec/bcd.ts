/** More bytes than this would not be a safe whole number (14 decimal digits are, 16 are not). */
export const maximumBcdBytes = 7;

/**
 * Packed decimal digits, most significant first.
 * @throws {RangeError} when the value is not a whole number that fits
 */
export function bcdBytes(value: number, bytes: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 100 ** bytes) {
    throw new RangeError(`${value} does not fit ${bytes} BCD bytes`);
  }
  const digits = String(value).padStart(bytes * 2, '0');
  return Array.from({ length: bytes }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
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
