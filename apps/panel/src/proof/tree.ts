import { areEqual, concatBytes, sha256 } from './bytes.js';
import type { Checkpoint } from './checkpoint.js';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** RFC 6962, 2.1. */
export const hashLeaf = (entry: Uint8Array): Uint8Array => sha256(concatBytes(leafPrefix, entry));
const hashChildren = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(concatBytes(nodePrefix, left, right));

/** Sizes are safe integers, beyond what shifting takes. */
const half = (value: number): number => Math.floor(value / 2);

/** Whether the hashes lead from the leaf at an index to the tree's root (RFC 9162, 2.1.3.2). */
export function includes(
  leaf: Uint8Array,
  index: number,
  { size, root }: Pick<Checkpoint, 'size' | 'root'>,
  hashes: readonly Uint8Array[],
): boolean {
  if (index >= size) return false;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of hashes) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = hashChildren(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = hashChildren(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && areEqual(hash, root);
}

/** Whether the hashes show that the newer tree begins with the older one (RFC 9162, 2.1.4.2). */
export function continues(
  older: Pick<Checkpoint, 'size' | 'root'>,
  newer: Pick<Checkpoint, 'size' | 'root'>,
  hashes: readonly Uint8Array[],
): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return hashes.length === 0 && areEqual(older.root, newer.root);
  if (older.size === 0) return hashes.length === 0;
  let [node, last] = [older.size - 1, newer.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const [first, ...rest] = node === 0 ? [older.root, ...hashes] : hashes;
  if (!first) return false;
  let [before, after] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [before, after] = [hashChildren(hash, before), hashChildren(hash, after)];
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else after = hashChildren(after, hash);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && areEqual(before, older.root) && areEqual(after, newer.root);
}
