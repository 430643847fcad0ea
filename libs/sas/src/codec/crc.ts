/** The generator x^16 + x^12 + x^5 + 1 with its bits reversed. */
const reversedPolynomial = 0x8408;

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ reversedPolynomial : remainder >>> 1;
  }
  return remainder;
});

/** CRC-16/KERMIT: reflected, starts at 0, no final exclusive-or; "123456789" gives 0x2189. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}

/** The frame with its CRC behind it, low byte first, as SAS sends it. */
export function withCrc(body: readonly number[]): Uint8Array {
  const frame = new Uint8Array(body.length + crcBytes);
  frame.set(body);
  const crc = crc16(frame.subarray(0, body.length));
  frame[body.length] = crc & 0xff;
  frame[body.length + 1] = crc >>> 8;
  return frame;
}

/** Number of CRC bytes that end a frame. */
export const crcBytes = 2;

/** Whether the last two bytes are the CRC of all before them. */
export function crcHolds(frame: Uint8Array): boolean {
  const body = frame.subarray(0, -crcBytes);
  const crc = crc16(body);
  return frame.length > crcBytes && frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >>> 8;
}
