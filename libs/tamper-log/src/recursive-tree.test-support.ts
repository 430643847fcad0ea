/** A second implementation of RFC 6962, 2.1, as its text says it, to hold the real one against. Slow, and plainly right. */
import { createHash } from 'node:crypto';

const sha256 = (...parts: Buffer[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

export const leafHash = (leaf: Buffer): Buffer => sha256(Buffer.of(0), leaf);

/** MTH over leaf hashes; remembered by range, since a proof asks for the same ones again. */
export class RecursiveTree {
  private readonly known = new Map<string, Buffer>();

  constructor(private readonly leaves: readonly Buffer[]) {}

  root(from: number, to: number): Buffer {
    if (to === from) return sha256();
    const key = `${from}-${to}`;
    const known = this.known.get(key);
    if (known) return known;
    const k = split(to - from);
    const root =
      to - from === 1
        ? (this.leaves[from] ?? Buffer.alloc(0))
        : sha256(Buffer.of(1), this.root(from, from + k), this.root(from + k, to));
    this.known.set(key, root);
    return root;
  }

  /** PATH(m, D[from:to]) */
  path(m: number, from: number, to: number): Buffer[] {
    if (to - from === 1) return [];
    const k = split(to - from);
    return m < k
      ? [...this.path(m, from, from + k), this.root(from + k, to)]
      : [...this.path(m - k, from + k, to), this.root(from, from + k)];
  }

  /** SUBPROOF(m, D[from:to], b); PROOF(m, D[n]) is SUBPROOF(m, D[0:n], true). */
  subproof(m: number, from: number, to: number, b: boolean): Buffer[] {
    if (m === to - from) return b ? [] : [this.root(from, to)];
    const k = split(to - from);
    return m <= k
      ? [...this.subproof(m, from, from + k, b), this.root(from + k, to)]
      : [...this.subproof(m - k, from + k, to, false), this.root(from, from + k)];
  }
}

const split = (n: number): number => {
  let k = 1;
  while (k << 1 < n) k <<= 1;
  return k;
};
