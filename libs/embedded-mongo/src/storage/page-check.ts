import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * LMDB reads its file through the address space and believes what stands there: a page that damage made point elsewhere
 * ends the process. So the pages are looked through once, as plain bytes, before LMDB sees them. The layout is that of
 * the LMDB in `lmdb` 3 (data version 2, little endian): liblmdb/mdb.c, MDB_page, MDB_node, MDB_db and MDB_meta.
 */
const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const HEADER_BYTES = 24;
const NODE_BYTES = 8;
const TREE_BYTES = 48;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;
const META_PAGES = 2;
const MAX_DEPTH = 32;
const FLAG = { branch: 1, leaf: 2, overflow: 4, meta: 8 } as const;
const NODE_FLAG = { overflow: 1, tree: 2, duplicates: 4 } as const;

/** A page of the store that cannot be what LMDB wrote. */
export class DamagedPage extends Error {
  constructor(path: string, page: number, what: string) {
    super(
      `${path} is damaged: page ${page} ${what}. Read models can be rebuilt from the event log: move the data directory ` +
        'away and start again. Other data must be restored from a backup.',
    );
    this.name = 'DamagedPage';
  }
}

interface TreeKind {
  readonly hasTrees: boolean;
  readonly compare: (left: Buffer, right: Buffer) => number;
}

const byBytes = (left: Buffer, right: Buffer): number => left.compare(right);
/** The tree of free pages is by transaction, a number in the machine's own order of bytes. */
const byNumber = (left: Buffer, right: Buffer): number => {
  if (left.length !== 8 || right.length !== 8) return 1;
  return left.readBigUInt64LE() < right.readBigUInt64LE() ? -1 : 1;
};
const freeTree: TreeKind = { hasTrees: false, compare: byNumber };
const mainTree: TreeKind = { hasTrees: true, compare: byBytes };
const plainTree: TreeKind = { hasTrees: false, compare: byBytes };

interface Meta {
  readonly transaction: bigint;
  readonly lastPage: number;
  readonly trees: readonly Buffer[];
}

/** Looks through every page that the newest state of the store uses. @throws {DamagedPage} */
export function checkPages(path: string): void {
  const file = openSync(path, 'r');
  try {
    new PageCheck(path, file).run();
  } finally {
    closeSync(file);
  }
}

class PageCheck {
  private readonly pageBytes: number;
  private readonly pages: number;
  private readonly seen: Uint8Array;
  private readonly meta: Meta;

  constructor(
    private readonly path: string,
    private readonly file: number,
  ) {
    const { size } = fstatSync(file);
    const start = Buffer.alloc(HEADER_BYTES + NODE_BYTES * 4);
    readSync(file, start, 0, start.length, 0);
    this.pageBytes = start.readUInt32LE(48);
    const sane = this.pageBytes >= 512 && this.pageBytes <= 65_536 && (this.pageBytes & (this.pageBytes - 1)) === 0;
    if (!sane) this.damaged(0, 'names a page size that none can have');
    this.pages = Math.floor(size / this.pageBytes);
    this.meta = this.newest();
    if (this.meta.lastPage >= this.pages) {
      this.damaged(this.meta.lastPage, `is missing: the file ends after ${this.pages} pages`);
    }
    this.seen = new Uint8Array(this.meta.lastPage + 1);
  }

  run(): void {
    const [free, main] = this.meta.trees;
    if (free !== undefined) this.tree(free, freeTree);
    if (main !== undefined) this.tree(main, mainTree);
  }

  private newest(): Meta {
    const metas = [0, 1].map((page) => this.metaAt(page));
    return metas.reduce((a, b) => (a.transaction >= b.transaction ? a : b));
  }

  private metaAt(page: number): Meta {
    const bytes = this.read(page);
    const isMeta = bytes.readUInt16LE(18) === FLAG.meta && bytes.readUInt32LE(24) === MAGIC;
    if (!isMeta || bytes.readUInt32LE(28) !== DATA_VERSION) this.damaged(page, 'is not the head of a store');
    if (bytes.readUInt32LE(48) !== this.pageBytes) this.damaged(page, 'names another page size');
    return {
      transaction: bytes.readBigUInt64LE(152),
      lastPage: Number(bytes.readBigUInt64LE(144)),
      trees: [bytes.subarray(48, 48 + TREE_BYTES), bytes.subarray(96, 96 + TREE_BYTES)],
    };
  }

  /** @param tree its description: depth, counts, root */
  private tree(tree: Buffer, kind: TreeKind): void {
    const root = tree.readBigUInt64LE(40);
    if (root === NO_PAGE) return;
    const depth = tree.readUInt16LE(6);
    if (depth < 1 || depth > MAX_DEPTH) this.damaged(Number(root), `is the root of a tree ${depth} levels deep`);
    const entries = this.page(root, depth, kind);
    if (entries !== tree.readBigUInt64LE(32))
      this.damaged(Number(root), `has ${entries} entries where others are counted`);
  }

  /** Checks a page and what is below it; answers with the number of entries. */
  private page(number: bigint, depth: number, kind: TreeKind): bigint {
    const at = this.claim(number);
    const bytes = this.read(at);
    const flags = bytes.readUInt16LE(18);
    const wanted = depth > 1 ? FLAG.branch : FLAG.leaf;
    if (flags !== wanted) this.damaged(at, `is not of the kind that belongs there (${flags})`);
    this.checkHead(bytes, at);
    const lower = bytes.readUInt16LE(20) + HEADER_BYTES;
    const upper = bytes.readUInt16LE(22) + HEADER_BYTES;
    if (lower > upper || upper > this.pageBytes || lower % 2 !== 0) this.damaged(at, 'has impossible borders');
    const count = (lower - HEADER_BYTES) / 2;
    if (count === 0 || (depth > 1 && count < 2)) this.damaged(at, 'is empty');
    let entries = 0n;
    let before: Buffer | undefined;
    for (let index = 0; index < count; index += 1) {
      const node = bytes.readUInt16LE(HEADER_BYTES + index * 2) + HEADER_BYTES;
      if (node < upper || node + NODE_BYTES > this.pageBytes) this.damaged(at, `has an entry outside of it (${index})`);
      const key = this.key(bytes, at, node);
      const isFirstBranch = depth > 1 && index === 0;
      if (before !== undefined && kind.compare(before, key) >= 0) {
        this.damaged(at, `has entries out of order (${index})`);
      }
      if (!isFirstBranch) before = key;
      entries += depth > 1 ? this.page(childOf(bytes, node), depth - 1, kind) : this.leaf(bytes, at, node, kind);
    }
    return entries;
  }

  private checkHead(bytes: Buffer, at: number): void {
    if (bytes.readBigUInt64LE(0) !== BigInt(at)) this.damaged(at, 'says that it is another');
    if (bytes.readBigUInt64LE(8) > this.meta.transaction) this.damaged(at, 'comes from a transaction that never was');
  }

  private key(bytes: Buffer, at: number, node: number): Buffer {
    const end = node + NODE_BYTES + bytes.readUInt16LE(node + 6);
    if (end > this.pageBytes) this.damaged(at, 'has a key that runs past its end');
    return bytes.subarray(node + NODE_BYTES, end);
  }

  private leaf(bytes: Buffer, at: number, node: number, kind: TreeKind): bigint {
    const size = bytes.readUInt32LE(node);
    const flags = bytes.readUInt16LE(node + 4);
    const start = node + NODE_BYTES + bytes.readUInt16LE(node + 6);
    const stored = flags === NODE_FLAG.overflow ? 8 : size;
    if (start + stored > this.pageBytes) this.damaged(at, 'has a value that runs past its end');
    if (flags === NODE_FLAG.overflow) this.overflow(bytes.readBigUInt64LE(start), size);
    else if (flags === NODE_FLAG.tree && kind.hasTrees && size === TREE_BYTES)
      this.tree(bytes.subarray(start, start + TREE_BYTES), plainTree);
    else if (flags !== 0) this.damaged(at, `has an entry of an unknown kind (${flags})`);
    return 1n;
  }

  private overflow(number: bigint, size: number): void {
    const at = this.claim(number);
    const head = this.read(at);
    this.checkHead(head, at);
    const count = head.readUInt32LE(20);
    const isOverflow = head.readUInt16LE(18) === FLAG.overflow;
    if (!isOverflow || count < 1 || count * this.pageBytes < size + HEADER_BYTES)
      this.damaged(at, 'does not begin a long value');
    for (let page = 1; page < count; page += 1) this.claim(number + BigInt(page));
  }

  /** Every page is used once. */
  private claim(number: bigint): number {
    if (number < BigInt(META_PAGES) || number > BigInt(this.meta.lastPage)) {
      return this.damaged(Number(number), 'is referred to, and does not exist');
    }
    const at = Number(number);
    if (this.seen[at] === 1) this.damaged(at, 'is referred to twice');
    this.seen[at] = 1;
    return at;
  }

  private read(page: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.pageBytes);
    const read = readSync(this.file, bytes, 0, this.pageBytes, page * this.pageBytes);
    if (read < this.pageBytes) this.damaged(page, 'is cut short');
    return bytes;
  }

  private damaged(page: number, what: string): never {
    throw new DamagedPage(this.path, page, what);
  }
}

const childOf = (bytes: Buffer, node: number): bigint =>
  BigInt(bytes.readUInt32LE(node)) | (BigInt(bytes.readUInt16LE(node + 4)) << 32n);
