const bitsPerKey = 10;
const probes = 7;
const smallestBytes = 8;

/** Tells for certain that a hash was not added; about one in a hundred others it takes for added. */
export class BloomFilter {
  constructor(readonly bits: Buffer) {}

  /** A filter with room for so many hashes. */
  static for(keys: number): BloomFilter {
    return new BloomFilter(Buffer.alloc(Math.max(smallestBytes, Math.ceil((keys * bitsPerKey) / 8))));
  }

  add(hash: Buffer): void {
    const size = this.bits.length * 8;
    const step = hash.readUInt32LE(4);
    for (let probe = 0, at = hash.readUInt32LE(0); probe < probes; probe += 1, at += step) {
      const bit = at % size;
      this.bits[bit >>> 3] = (this.bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }

  mayHave(hash: Buffer): boolean {
    const size = this.bits.length * 8;
    const step = hash.readUInt32LE(4);
    for (let probe = 0, at = hash.readUInt32LE(0); probe < probes; probe += 1, at += step) {
      const bit = at % size;
      if (((this.bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}
