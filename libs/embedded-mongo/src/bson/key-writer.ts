const INITIAL_BYTES = 1_024;

/** A growing run of bytes, reused from key to key. */
export class KeyWriter {
  private buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  length = 0;

  reset(): this {
    this.length = 0;
    return this;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length] = value;
    this.length += 1;
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.length = this.buffer.writeUInt16BE(value, this.length);
  }

  uint32(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeUInt32BE(value, this.length);
  }

  /** A whole number of up to 53 bits in eight bytes. */
  recordId(value: number): void {
    this.uint32(Math.floor(value / 0x1_0000_0000));
    this.uint32(value % 0x1_0000_0000);
  }

  uint64(value: bigint): void {
    this.reserve(8);
    this.length = this.buffer.writeBigUInt64BE(value, this.length);
  }

  /** A signed 64-bit number so that byte order is number order. */
  int64(value: bigint): void {
    this.uint64(BigInt.asUintN(64, value) ^ (1n << 63n));
  }

  /** A finite or infinite double so that byte order is number order: negative ones are turned upside down. */
  double(value: number): void {
    this.reserve(8);
    this.buffer.writeDoubleBE(value === 0 ? 0 : value, this.length);
    const first = this.buffer[this.length] ?? 0;
    if (first >= 0x80) this.complement(this.length, this.length + 8);
    else this.buffer[this.length] = first | 0x80;
    this.length += 8;
  }

  /** UTF-8 with each zero byte escaped as 00 FF, ended by 00 00, so that a prefix sorts first. */
  text(text: string): void {
    const size = Buffer.byteLength(text);
    this.reserve(size * 2 + 2);
    if (!text.includes('\0')) {
      this.length += this.buffer.write(text, this.length, 'utf8');
    } else {
      for (const byte of Buffer.from(text)) {
        this.byte(byte);
        if (byte === 0) this.byte(0xff);
      }
    }
    this.uint16(0);
  }

  /** Inverts the bytes in `[start, end)`, which turns their order around. */
  complement(start: number, end = this.length): void {
    for (let index = start; index < end; index += 1) this.buffer[index] = (this.buffer[index] ?? 0) ^ 0xff;
  }

  /** A copy of what was written, with `headroom` unwritten bytes in front. */
  copy(headroom = 0): Buffer {
    const copy = Buffer.allocUnsafe(headroom + this.length);
    this.buffer.copy(copy, headroom, 0, this.length);
    return copy;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
