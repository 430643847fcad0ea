import type { Block } from './log-segment.js';

/** Bytes of the newest records kept in memory: live subscribers and repeats are served from here. */
export const hotTailBytes = 8 * 1024 * 1024;
const chunkBytes = 1024 * 1024;

interface Chunk {
  readonly startPosition: number;
  readonly buffer: Buffer;
  used: number;
}

/**
 * The end of the log as it is (or will be) on disk: new records are encoded here, written from here, and read from
 * here while they are new. Bytes never change once they are appended, so views on them stay valid.
 */
export class HotTail {
  private readonly chunks: Chunk[] = [];
  private bytes = 0;
  private lastBlock: Block | null = null;

  /** Everything before this position is no longer here. */
  get startPosition(): number {
    return this.chunks[0]?.startPosition ?? Number.MAX_SAFE_INTEGER;
  }

  /** A buffer with room for `byteCount` bytes at `position`, and the offset at which they start. */
  reserve(position: number, byteCount: number): { buffer: Buffer; at: number } {
    const last = this.chunks.at(-1);
    if (
      last !== undefined &&
      last.startPosition + last.used === position &&
      last.buffer.length - last.used >= byteCount
    ) {
      return { buffer: last.buffer, at: last.used };
    }
    const buffer = Buffer.allocUnsafeSlow(Math.max(chunkBytes, byteCount));
    this.chunks.push({ startPosition: position, buffer, used: 0 });
    this.bytes += buffer.length;
    return { buffer, at: 0 };
  }

  /** The bytes reserved last now end at this offset of their buffer. */
  commit(end: number): void {
    const last = this.chunks.at(-1);
    if (last !== undefined) last.used = end;
  }

  /** The stored bytes from `position` to `end`, in order: empty when some of them are no longer here. */
  slices(position: number, end: number): Buffer[] {
    const found: Buffer[] = [];
    let next = position;
    for (const chunk of this.chunks) {
      const from = next - chunk.startPosition;
      if (from < 0 || from >= chunk.used || next >= end) continue;
      const to = Math.min(chunk.used, end - chunk.startPosition);
      found.push(chunk.buffer.subarray(from, to));
      next = chunk.startPosition + to;
    }
    return next === end ? found : [];
  }

  /** Records from `position` on, up to `limit`; null when they are not here. */
  block(position: number, limit: number): Block | null {
    for (let index = this.chunks.length - 1; index >= 0; index -= 1) {
      const chunk = this.chunks[index];
      if (chunk === undefined || position < chunk.startPosition) continue;
      const start = position - chunk.startPosition;
      if (start >= chunk.used) return null;
      return this.sharedBlock(chunk, start, Math.min(chunk.used, limit - chunk.startPosition));
    }
    return null;
  }

  /** Live readers ask for the same block one after another, and share what is made of it. */
  private sharedBlock({ buffer, startPosition }: Chunk, start: number, end: number): Block {
    const last = this.lastBlock;
    if (last !== null && last.buffer === buffer && last.start === start && last.end === end) return last;
    this.lastBlock = { buffer, start, end, nextPosition: startPosition + end };
    return this.lastBlock;
  }

  /** Forgets the bytes before `position`, which is no later than what is durable. */
  forgetBefore(position: number): void {
    for (let [oldest] = this.chunks; oldest !== undefined; [oldest] = this.chunks) {
      if (oldest.startPosition + oldest.used > position) return;
      this.bytes -= oldest.buffer.length;
      this.chunks.shift();
    }
  }

  /** Forgets the oldest bytes past the bound, none that is not yet durable. */
  trim(durablePosition: number): void {
    while (this.bytes > hotTailBytes && this.chunks.length > 1) {
      const [oldest] = this.chunks;
      if (oldest === undefined || oldest.startPosition + oldest.used > durablePosition) return;
      this.bytes -= oldest.buffer.length;
      this.chunks.shift();
    }
  }
}
