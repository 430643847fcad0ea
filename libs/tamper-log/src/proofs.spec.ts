import { describe, expect, it } from '@jest/globals';

import { GrowingTree } from './growing-tree.js';
import { hashEntry, hashLeaf } from './hashing.js';
import { consistencyProof, type HashReader, includes, inclusionProof, isConsistent, rootOf } from './proofs.js';
import { leafHash, RecursiveTree } from './recursive-tree.test-support.js';

/** The leaves and roots by which implementations of RFC 6962 are compared. */
const knownLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const largest = 70_000;
const leaves = Array.from({ length: largest }, (_, number) => leafHash(Buffer.from(`leaf ${number}`)));
const expected = new RecursiveTree(leaves);
/** Complete subtrees only, from the second implementation. */
const read: HashReader = ({ height, index }) =>
  Promise.resolve(expected.root(index * 2 ** height, (index + 1) * 2 ** height));

/** Far faster to compare than buffers. */
const hex = (hashes: readonly Buffer[]): string => hashes.map((hash) => hash.toString('hex')).join();

/** Whole numbers below a bound, the same in every run. */
function numbers(seed: number, count: number, below: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  });
}

describe('the tree of RFC 6962', () => {
  it('has the roots that other implementations have', () => {
    const tree = GrowingTree.empty();
    const roots = [tree.root.toString('hex')];
    for (const leaf of knownLeaves) {
      tree.append(hashLeaf(Buffer.from(leaf, 'hex')));
      roots.push(tree.root.toString('hex'));
    }
    expect(roots).toEqual(knownRoots);
  });

  it('agrees with the text of the RFC at every size to 1 000', async () => {
    const tree = GrowingTree.empty();
    for (let size = 1; size <= 1_000; size += 1) {
      tree.append(leaves[size - 1]!);
      expect(hex([tree.root])).toBe(hex([expected.root(0, size)]));
      if (size % 37 === 0) expect(hex([await rootOf(size, read)])).toBe(hex([expected.root(0, size)]));
    }
  });

  it('agrees at sizes to 70 000, and can be taken up from any of them', async () => {
    for (const size of [...numbers(7, 20, largest), 256, 65_536, largest]) {
      const tree = await GrowingTree.read(size, read);
      expect(hex([tree.root])).toBe(hex([expected.root(0, size)]));
      if (size === largest) continue;
      tree.append(leaves[size]!);
      expect(hex([tree.root])).toBe(hex([expected.root(0, size + 1)]));
    }
  });
});

describe('the hash of an entry', () => {
  it.each(['', '{"a":1}', 'ü € \u{1f600}', 'x'.repeat(70_000)])('is that of its bytes', (text) => {
    expect(hashEntry(text).equals(hashLeaf(Buffer.from(text, 'utf8')))).toBe(true);
  });
});

describe('an inclusion proof', () => {
  it('is the path of the RFC, for every leaf of every size to 1 000 in steps, and leads to the root', async () => {
    for (let size = 1; size <= 1_000; size += 1) {
      for (const index of new Set([0, size - 1, ...numbers(size, 3, size)])) {
        const proof = await inclusionProof(index, size, read);
        expect(hex(proof)).toBe(hex(expected.path(index, 0, size)));
        expect(includes(leaves[index]!, index, size, proof, expected.root(0, size))).toBe(true);
      }
    }
  });

  it('is the path of the RFC at random sizes to 70 000', async () => {
    for (const size of numbers(3, 60, largest)) {
      const [index = 0] = numbers(size, 1, size);
      const proof = await inclusionProof(index, size, read);
      expect(hex(proof)).toBe(hex(expected.path(index, 0, size)));
      expect(includes(leaves[index]!, index, size, proof, expected.root(0, size))).toBe(true);
    }
  });

  it('does not hold for another leaf, place, size, root, or with a hash more or less', async () => {
    const [index, size] = [700, 1_000];
    const proof = await inclusionProof(index, size, read);
    const root = expected.root(0, size);
    expect(includes(leaves[701]!, index, size, proof, root)).toBe(false);
    expect(includes(leaves[index]!, 701, size, proof, root)).toBe(false);
    expect(includes(leaves[index]!, index, 512, proof, root)).toBe(false);
    expect(includes(leaves[index]!, size, size, proof, root)).toBe(false);
    expect(includes(leaves[index]!, index, size, proof, expected.root(0, 999))).toBe(false);
    expect(includes(leaves[index]!, index, size, proof.slice(1), root)).toBe(false);
    expect(includes(leaves[index]!, index, size, [...proof, root], root)).toBe(false);
  });

  it('of a leaf that is not there is refused', async () => {
    await expect(inclusionProof(5, 5, read)).rejects.toThrow('a tree of 5 leaves has no leaf 5');
    await expect(inclusionProof(0.5, 5, read)).rejects.toThrow(RangeError);
  });
});

describe('a consistency proof', () => {
  const heads = (from: number, to: number) =>
    [
      { size: from, root: expected.root(0, from) },
      { size: to, root: expected.root(0, to) },
    ] as const;

  it('is that of the RFC, and shows that the older tree is the beginning of the newer', async () => {
    for (let to = 1; to <= 1_000; to += 1) {
      for (const from of new Set([1, to, Math.ceil(to / 2), 1 + (numbers(to, 1, to)[0] ?? 0)])) {
        const proof = await consistencyProof(from, to, read);
        expect(hex(proof)).toBe(hex(expected.subproof(from, 0, to, true)));
        const [older, newer] = heads(from, to);
        expect(isConsistent(older, newer, proof)).toBe(true);
      }
    }
  });

  it('is that of the RFC at random sizes to 70 000', async () => {
    for (const to of numbers(11, 60, largest)) {
      const from = 1 + (numbers(to, 1, to)[0] ?? 0);
      const proof = await consistencyProof(from, to, read);
      expect(hex(proof)).toBe(hex(expected.subproof(from, 0, to, true)));
      expect(isConsistent(...heads(from, to), proof)).toBe(true);
    }
  });

  it('does not hold between other trees, or with other hashes', async () => {
    const [older, newer] = heads(600, 1_000);
    const proof = await consistencyProof(600, 1_000, read);
    const wrong = Buffer.alloc(32, 1);
    expect(isConsistent({ ...older, root: wrong }, newer, proof)).toBe(false);
    expect(isConsistent(older, { ...newer, root: wrong }, proof)).toBe(false);
    expect(isConsistent({ ...older, size: 601 }, newer, proof)).toBe(false);
    expect(isConsistent(older, { ...newer, size: 2_000 }, proof)).toBe(false);
    expect(isConsistent(older, newer, proof.slice(1))).toBe(false);
    expect(isConsistent(older, newer, [...proof, wrong])).toBe(false);
    expect(isConsistent(older, newer, [])).toBe(false);
    expect(isConsistent(newer, older, proof)).toBe(false);
    expect(isConsistent(older, { ...older, root: wrong }, [])).toBe(false);
  });

  it('from nothing, or to a smaller tree, is refused', async () => {
    await expect(consistencyProof(0, 5, read)).rejects.toThrow(RangeError);
    await expect(consistencyProof(6, 5, read)).rejects.toThrow(RangeError);
  });
});
