/** Event ids in one generation; at least as many, at most twice as many of the newest are known. */
export const idsPerGeneration = 256 * 1024;
const firstTableSlots = 4096;
const idBytes = 16;

/** An open-addressing table from the hash of an event id to a position. Position 0 is a free slot. */
class IdTable {
  private positions = new Float64Array(firstTableSlots);
  private hashes = new Uint32Array(firstTableSlots);
  size = 0;

  add(hash: number, position: number): void {
    if (this.size * 2 >= this.positions.length) this.grow();
    this.put(hash, position);
    this.size += 1;
  }

  find(hash: number, matches: (position: number) => boolean): number | null {
    const mask = this.positions.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const position = this.positions[slot] ?? 0;
      if (position === 0) return null;
      if (this.hashes[slot] === hash && matches(position)) return position;
    }
  }

  private put(hash: number, position: number): void {
    const mask = this.positions.length - 1;
    let slot = hash & mask;
    while (this.positions[slot] !== 0) slot = (slot + 1) & mask;
    this.positions[slot] = position;
    this.hashes[slot] = hash;
  }

  private grow(): void {
    const { positions, hashes } = this;
    this.positions = new Float64Array(positions.length * 2);
    this.hashes = new Uint32Array(positions.length * 2);
    for (const [slot, position] of positions.entries()) if (position !== 0) this.put(hashes[slot] ?? 0, position);
  }
}

const hashOf = (id: Buffer): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < idBytes; at += 4) {
    hash = Math.imul(hash ^ id.readUInt32LE(at), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
};

/** Where the newest events lie, by their ids: what makes an append with any expected revision repeatable. */
export class RecentIds {
  private newer = new IdTable();
  private older = new IdTable();

  /** `id` is 16 bytes. */
  add(id: Buffer, position: number): void {
    this.addHash(hashOf(id), position);
  }

  /** As `add`, for an id whose hash is known. */
  addHash(hash: number, position: number): void {
    if (this.newer.size >= idsPerGeneration) {
      this.older = this.newer;
      this.newer = new IdTable();
    }
    this.newer.add(hash, position);
  }

  /** The position of an event with this id for which `matches` holds (it must compare the ids), or null. */
  find(id: Buffer, matches: (position: number) => boolean): number | null {
    const hash = hashOf(id);
    return this.newer.find(hash, matches) ?? this.older.find(hash, matches);
  }
}
