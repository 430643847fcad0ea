/** Positions in a list before it is continued on a page of its own; a power of two. */
const pageEntries = 4096;
const smallestBlockEntries = 4;
/** Entries of one allocation: 1 MiB of 8-byte numbers. */
const chunkEntries = 128 * 1024;

const blockEntries = (used: number): number => {
  let entries = smallestBlockEntries;
  while (entries < used) entries *= 2;
  return entries;
};

/**
 * Very many append-only lists of positions, most of them short: all in a few large arrays of numbers, without an
 * object a list. A list grows by doubling its block until it fills a page, then page by page.
 */
export class PositionLists {
  private readonly chunks: Float64Array[] = [];
  private chunkUsed = chunkEntries;
  private readonly freeBlocks = new Map<number, number[]>();
  private readonly counts: number[] = [];
  private readonly lastBlocks: number[] = [];
  private readonly fullPages = new Map<number, number[]>();

  /** Starts an empty list; answers its number: 0, 1, 2 … */
  create(): number {
    this.lastBlocks.push(-1);
    return this.counts.push(0) - 1;
  }

  count(list: number): number {
    return this.counts[list] ?? 0;
  }

  append(list: number, position: number): void {
    const count = this.count(list);
    const inPage = count % pageEntries;
    const block = this.blockWithRoom(list, count, inPage);
    this.chunk(block)[(block % chunkEntries) + inPage] = position;
    this.counts[list] = count + 1;
  }

  /** The position at `index`; -1 when the list has none there. */
  at(list: number, index: number): number {
    const count = this.count(list);
    if (index < 0 || index >= count) return -1;
    const page = Math.floor(index / pageEntries);
    const lastPage = Math.floor((count - 1) / pageEntries);
    const block = page < lastPage ? this.fullPages.get(list)?.[page] : this.lastBlocks[list];
    if (block === undefined) return -1;
    return this.chunk(block)[(block % chunkEntries) + (index % pageEntries)] ?? -1;
  }

  /** All positions of a list. */
  all(list: number): number[] {
    return Array.from({ length: this.count(list) }, (_, index) => this.at(list, index));
  }

  private chunk(block: number): Float64Array {
    const chunk = this.chunks[Math.floor(block / chunkEntries)];
    if (chunk === undefined) throw new Error('a block of positions lies outside all chunks');
    return chunk;
  }

  private blockWithRoom(list: number, count: number, inPage: number): number {
    const block = this.lastBlocks[list] ?? -1;
    if (inPage === 0) return this.startPage(list, count, block);
    if (count > pageEntries || inPage < blockEntries(inPage)) return block;
    return this.grow(list, block, inPage);
  }

  private startPage(list: number, count: number, block: number): number {
    if (count > 0) {
      const pages = this.fullPages.get(list);
      if (pages === undefined) this.fullPages.set(list, [block]);
      else pages.push(block);
    }
    const started = this.allocate(count > 0 ? pageEntries : smallestBlockEntries);
    this.lastBlocks[list] = started;
    return started;
  }

  private grow(list: number, block: number, used: number): number {
    const grown = this.allocate(used * 2);
    const from = block % chunkEntries;
    this.chunk(grown).set(this.chunk(block).subarray(from, from + used), grown % chunkEntries);
    const free = this.freeBlocks.get(used);
    if (free === undefined) this.freeBlocks.set(used, [block]);
    else free.push(block);
    this.lastBlocks[list] = grown;
    return grown;
  }

  private allocate(entries: number): number {
    const free = this.freeBlocks.get(entries)?.pop();
    if (free !== undefined) return free;
    if (this.chunkUsed + entries > chunkEntries) {
      this.chunks.push(new Float64Array(chunkEntries));
      this.chunkUsed = 0;
    }
    const block = (this.chunks.length - 1) * chunkEntries + this.chunkUsed;
    this.chunkUsed += entries;
    return block;
  }
}
