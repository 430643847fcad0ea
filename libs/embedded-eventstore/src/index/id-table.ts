const firstTableSlots = 1024;
const idBytes = 16;

/** 32 bits that stand for an event id of 16 bytes. */
export const idHash = (id: Buffer): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < idBytes; at += 4) {
    hash = Math.imul(hash ^ id.readUInt32LE(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
};

/** The event ids of one segment: an open-addressing table from hash to offset. Offset 0 is a free slot. */
export class IdTable {
  /** Ids in the table. */
  size = 0;

  /** `basePosition` is that of the segment; offsets count from there. `slots` are a power of two, half full at most. */
  constructor(
    readonly basePosition: number,
    private hashes = new Uint32Array(firstTableSlots),
    private offsets = new Uint32Array(firstTableSlots),
  ) {
    if (offsets.length > firstTableSlots) for (const offset of offsets) if (offset !== 0) this.size += 1;
  }

  /** Hashes, then offsets, as they lie in memory. */
  get arrays(): readonly [hashes: Uint32Array, offsets: Uint32Array] {
    return [this.hashes, this.offsets];
  }

  add(hash: number, position: number): void {
    if (this.size * 2 >= this.offsets.length) this.grow();
    this.put(hash, position - this.basePosition);
    this.size += 1;
  }

  find(hash: number, matches: (position: number) => boolean): number | null {
    const mask = this.offsets.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const offset = this.offsets[slot] ?? 0;
      if (offset === 0) return null;
      if (this.hashes[slot] === hash && matches(this.basePosition + offset)) return this.basePosition + offset;
    }
  }

  private put(hash: number, offset: number): void {
    const mask = this.offsets.length - 1;
    let slot = hash & mask;
    while (this.offsets[slot] !== 0) slot = (slot + 1) & mask;
    this.offsets[slot] = offset;
    this.hashes[slot] = hash;
  }

  private grow(): void {
    const { offsets, hashes } = this;
    this.offsets = new Uint32Array(offsets.length * 2);
    this.hashes = new Uint32Array(offsets.length * 2);
    for (const [slot, offset] of offsets.entries()) if (offset !== 0) this.put(hashes[slot] ?? 0, offset);
  }
}
