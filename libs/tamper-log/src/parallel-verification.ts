import { hashBytes } from './hashing.js';
import type { Verification, VerificationOptions } from './log-verification.js';
import { type AgreedStretch, type Stretch, stretchesOf } from './stretch.js';
import { TileCheck } from './tile-check.js';
import { TreeMaker } from './tree-maker.js';

export interface ParallelOptions extends Omit<VerificationOptions, 'events'> {
  /** {@link compareStretch}, wherever it is done: mostly in another thread. */
  readonly compare: (stretch: Stretch) => Promise<AgreedStretch | undefined>;
  /** Stretches under way at once. */
  readonly atOnce: number;
}

/**
 * Reads the whole store and the whole log in stretches, several at once.
 * @returns undefined where they disagree on anything: {@link verifyLog} names the leaves
 */
export async function verifyInStretches(options: ParallelOptions): Promise<Verification | undefined> {
  const { storage, verifier, kept, compare, atOnce, onProgress } = options;
  const size = (await storage.readState())?.size ?? 0;
  const tree = new TreeMaker(verifier, kept);
  let findings = 0;
  const tiles = new TileCheck(storage, () => (findings += 1));
  const agrees = async (): Promise<boolean> => {
    const made = tree.take();
    await tiles.compareAll(made.tiles);
    return made.findings.length + findings === 0;
  };
  let [done, notYetLogged] = [0, 0];
  for await (const agreed of inOrder(await stretchesOf(storage, size), compare, atOnce)) {
    if (!agreed) return undefined;
    grow(tree, done, agreed);
    done += agreed.leaves.length / hashBytes;
    notYetLogged = agreed.notYetLogged;
    if (!(await agrees())) return undefined;
    onProgress?.(done, size);
  }
  const root = tree.end().toString('base64');
  if (!(await agrees())) return undefined;
  return { size, root, notYetLogged, checkpoints: tree.checkpoints, findings: [], furtherFindings: 0 };
}

function grow(tree: TreeMaker, start: number, { leaves, checkpoints }: AgreedStretch): void {
  // What came from another thread is a plain array of bytes.
  const hashes = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength);
  let next = 0;
  for (let at = 0; at < hashes.length; at += hashBytes) {
    tree.leaf(hashes.subarray(at, at + hashBytes));
    const checkpoint = checkpoints[next];
    if (checkpoint?.leaf !== start + at / hashBytes) continue;
    tree.checkpoint(checkpoint);
    next += 1;
  }
}

/** The answers in the order of the questions, of which several are always open. */
async function* inOrder<Question, Answer>(
  questions: readonly Question[],
  ask: (question: Question) => Promise<Answer>,
  atOnce: number,
): AsyncGenerator<Answer> {
  const open: Promise<Answer>[] = [];
  for (const question of questions) {
    const answer = ask(question);
    // It is awaited in its turn.
    answer.catch(() => undefined);
    open.push(answer);
    if (open.length < atOnce) continue;
    const first = open.shift();
    if (first) yield await first;
  }
  for (const answer of open) yield await answer;
}
