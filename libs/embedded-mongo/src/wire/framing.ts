/** The most bytes one message may have, as MongoDB has it. */
export const MAX_MESSAGE_BYTES = 48_000_000;
export const HEADER_BYTES = 16;

/** A message that breaks the protocol; the connection it came on is closed. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtocolError';
  }
}

/** Cuts the bytes of one connection into messages. It holds at most one message that is not complete. */
export class Framing {
  private parts: Buffer[] = [];
  private held = 0;
  private needed = HEADER_BYTES;

  /** The messages that are complete with these bytes; each begins with its header. */
  *push(bytes: Buffer): Generator<Buffer> {
    this.parts.push(bytes);
    this.held += bytes.length;
    while (this.held >= this.needed) {
      const all = this.joined();
      const length = messageLength(all);
      this.needed = length;
      if (all.length < length) return;
      this.parts = all.length > length ? [all.subarray(length)] : [];
      this.held = all.length - length;
      this.needed = HEADER_BYTES;
      yield all.subarray(0, length);
    }
  }

  private joined(): Buffer {
    const [only] = this.parts;
    const all = this.parts.length === 1 && only !== undefined ? only : Buffer.concat(this.parts);
    this.parts = [all];
    return all;
  }
}

function messageLength(header: Buffer): number {
  const length = header.readInt32LE(0);
  if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
    throw new ProtocolError(`a message claims ${length} bytes; ${HEADER_BYTES} to ${MAX_MESSAGE_BYTES} are allowed`);
  }
  return length;
}
