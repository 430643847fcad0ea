import { hashBytes, hashChildren } from './hashing.js';

/** A complete subtree: the leaves from `index * 2 ** height` on, `2 ** height` of them. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Leaves from `start` up to `end` (exclusive). */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The greatest power of two below `size`, which is at least 2: where RFC 6962 splits a tree. */
export function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/**
 * The complete subtrees that a range consists of, from left to right and ever smaller. The range begins at a multiple of
 * the greatest power of two in it, as every node of a tree does.
 */
export function subtreesOf({ start, end }: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    let height = 0;
    while (at + 2 ** (height + 1) <= end) height += 1;
    subtrees.push({ height, index: at / 2 ** height });
    at += 2 ** height;
  }
  return subtrees;
}

/** The root over the roots of ever smaller subtrees, from left to right; at least one. */
export function foldRight(hashes: readonly Buffer[]): Buffer {
  const last = hashes.at(-1);
  if (last === undefined) throw new RangeError('there is nothing to fold');
  return hashes.slice(0, -1).reduceRight((right, left) => hashChildren(left, right), last);
}

/** The root of a complete subtree over concatenated hashes, a power of two of them. */
export function rootOfComplete(hashes: Buffer): Buffer {
  let level = hashes;
  while (level.length > hashBytes) {
    const above = Buffer.allocUnsafe(level.length / 2);
    for (let at = 0; at < level.length; at += 2 * hashBytes) {
      const middle = at + hashBytes;
      hashChildren(level.subarray(at, middle), level.subarray(middle, middle + hashBytes)).copy(above, at / 2);
    }
    level = above;
  }
  return level;
}
