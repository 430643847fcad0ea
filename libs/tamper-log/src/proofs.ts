import { emptyRoot, hashChildren } from './hashing.js';
import { foldRight, type Range, splitOf, type Subtree, subtreesOf } from './subtree.js';

/** Where the hash of a complete subtree is read. */
export type HashReader = (subtree: Subtree) => Promise<Buffer>;

/** The root of the tree of so many leaves (RFC 6962, 2.1). */
export async function rootOf(size: number, read: HashReader): Promise<Buffer> {
  return size === 0 ? emptyRoot : rangeHash({ start: 0, end: size }, read);
}

/**
 * The hashes that lead from a leaf to the root, the leaf's sibling first (RFC 6962, 2.1.1).
 * @throws {RangeError} the tree has no such leaf
 */
export async function inclusionProof(index: number, size: number, read: HashReader): Promise<Buffer[]> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  return hashesOf(siblings(index, { start: 0, end: size }), read);
}

/**
 * The hashes by which the tree of `to` leaves is seen to begin with that of `from` (RFC 6962, 2.1.2).
 * @throws {RangeError} not 1 ≤ from ≤ to
 */
export async function consistencyProof(from: number, to: number, read: HashReader): Promise<Buffer[]> {
  if (!Number.isSafeInteger(from) || from < 1 || from > to)
    throw new RangeError(`a tree of ${to} leaves has no consistency proof from ${from}`);
  return hashesOf(differences(from, { start: 0, end: to }, true), read);
}

/** Whether the hashes lead from the leaf at `index` to the root of `size` leaves. */
export function includes(leaf: Buffer, index: number, size: number, proof: readonly Buffer[], root: Buffer): boolean {
  if (index >= size) return false;
  const sides = sidesOf(index, { start: 0, end: size });
  if (sides.length !== proof.length) return false;
  const folded = proof.reduce(
    (hash, sibling, height) => (sides[height] === 'left' ? hashChildren(sibling, hash) : hashChildren(hash, sibling)),
    leaf,
  );
  return folded.equals(root);
}

/** Whether the hashes show that the tree of `to` leaves begins with the tree of `from` (RFC 9162, 2.1.4.2). */
export function isConsistent(
  from: { readonly size: number; readonly root: Buffer },
  to: { readonly size: number; readonly root: Buffer },
  proof: readonly Buffer[],
): boolean {
  if (from.size > to.size || from.size < 1) return false;
  if (from.size === to.size) return proof.length === 0 && from.root.equals(to.root);
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
  let [node, last] = [from.size - 1, to.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [older, newer] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = hashChildren(hash, older);
      newer = hashChildren(hash, newer);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newer = hashChildren(newer, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && older.equals(from.root) && newer.equals(to.root);
}

const hashesOf = (ranges: readonly Range[], read: HashReader): Promise<Buffer[]> =>
  Promise.all(ranges.map((range) => rangeHash(range, read)));

async function rangeHash(range: Range, read: HashReader): Promise<Buffer> {
  return foldRight(await Promise.all(subtreesOf(range).map(read)));
}

/** What stands beside the way from the leaf up to the root, the lowest first. */
function siblings(index: number, { start, end }: Range): Range[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...siblings(index, { start, end: middle }), { start: middle, end }]
    : [...siblings(index, { start: middle, end }), { start, end: middle }];
}

/** On which side each sibling stands, the lowest first. */
function sidesOf(index: number, { start, end }: Range): ('left' | 'right')[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  return index < middle
    ? [...sidesOf(index, { start, end: middle }), 'right']
    : [...sidesOf(index, { start: middle, end }), 'left'];
}

/** SUBPROOF of RFC 6962, 2.1.2, as ranges. `from` is a leaf count from the beginning of the whole tree. */
function differences(from: number, { start, end }: Range, isWhole: boolean): Range[] {
  if (from === end) return isWhole ? [] : [{ start, end }];
  const middle = start + splitOf(end - start);
  return from <= middle
    ? [...differences(from, { start, end: middle }, isWhole), { start: middle, end }]
    : [...differences(from, { start: middle, end }, false), { start, end: middle }];
}

const half = (value: number): number => Math.floor(value / 2);

/** Sizes are safe integers, so that halving is exact. */
function isPowerOfTwo(size: number): boolean {
  let rest = size;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}
