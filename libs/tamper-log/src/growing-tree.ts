import { emptyRoot, hashChildren } from './hashing.js';
import { foldRight, type Subtree, subtreesOf } from './subtree.js';

/** Told of every complete subtree that an append closed, the lowest first. */
export type SubtreeClosed = (height: number, hash: Buffer) => void;

const nobody: SubtreeClosed = () => undefined;

/** A tree that only grows: the roots of its complete subtrees, the greatest first. Some 60 hashes at most. */
export class GrowingTree {
  private constructor(
    private leaves: number,
    private readonly peaks: { readonly height: number; readonly hash: Buffer }[],
  ) {}

  static empty(): GrowingTree {
    return new GrowingTree(0, []);
  }

  /** The tree of so many leaves, from the hashes of its complete subtrees. */
  static async read(size: number, hashOf: (subtree: Subtree) => Promise<Buffer>): Promise<GrowingTree> {
    const subtrees = subtreesOf({ start: 0, end: size });
    const peaks = await Promise.all(subtrees.map(async (subtree) => ({ ...subtree, hash: await hashOf(subtree) })));
    return new GrowingTree(size, peaks);
  }

  get size(): number {
    return this.leaves;
  }

  get root(): Buffer {
    return this.leaves === 0 ? emptyRoot : foldRight(this.peaks.map(({ hash }) => hash));
  }

  append(leaf: Buffer, onClosed: SubtreeClosed = nobody): void {
    this.leaves += 1;
    let [height, hash] = [0, leaf];
    for (let peak = this.peaks.at(-1); peak?.height === height; peak = this.peaks.at(-1)) {
      this.peaks.pop();
      hash = hashChildren(peak.hash, hash);
      height += 1;
      onClosed(height, hash);
    }
    this.peaks.push({ height, hash });
  }
}
