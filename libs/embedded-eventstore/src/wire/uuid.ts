const dash = 0x2d;
const textBytes = 36;
const idBytes = 16;

/** The value of each hexadecimal digit by its character code; 255 for every other byte. */
const digits = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value += 1) {
  digits[value.toString(16).charCodeAt(0)] = value;
  digits[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

const isDashAt = (offset: number): boolean => offset === 8 || offset === 13 || offset === 18 || offset === 23;

/** The 16 bytes of a UUID in its canonical text form, or null when the text is none. */
export const uuidBytes = (text: Uint8Array): Buffer | null => {
  if (text.length !== textBytes) return null;
  const id = Buffer.allocUnsafe(idBytes);
  let next = 0;
  for (let at = 0; at < textBytes; at += 2) {
    if (isDashAt(at)) {
      if (text[at] !== dash) return null;
      at += 1;
    }
    const high = digits[text[at] ?? 0] ?? 255;
    const low = digits[text[at + 1] ?? 0] ?? 255;
    if (high > 15 || low > 15) return null;
    id[next++] = (high << 4) | low;
  }
  return id;
};

const lowerDigits = Buffer.from('0123456789abcdef');

/** Writes the canonical lower-case text of 16 bytes at `at`; answers the offset after it. */
export const writeUuidText = (target: Buffer, at: number, id: Uint8Array): number => {
  let next = at;
  for (const byte of id) {
    if (isDashAt(next - at)) target[next++] = dash;
    target[next++] = lowerDigits[byte >> 4] ?? 0;
    target[next++] = lowerDigits[byte & 15] ?? 0;
  }
  return next;
};
