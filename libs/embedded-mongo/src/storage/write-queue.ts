import { CommandError } from '../errors.js';
import { damageIn } from './damage.js';
import type { Environment } from './environment.js';

/** Milliseconds of work that one transaction takes on before it is committed and other clients get their turn. */
const SLICE_MS = 12;
const MAX_WAITING_JOBS = 100_000;

/** Tells a job when to pause; what it wrote until then is committed, and it goes on in a later transaction. */
export interface Slice {
  spent(): boolean;
}

/** Work inside write transactions: pauses by yielding. It must leave whole documents written at every yield and throw. */
export type WriteJob<T> = (slice: Slice) => Generator<void, T, void>;

/** The store did not take a write. Its whole transaction is undone; whoever takes part in it is refused. */
export class StorageFailure extends Error {
  constructor(cause: unknown) {
    super(`Nothing was written, because the store refused it: ${reasonOf(cause)}`, { cause });
    this.name = 'StorageFailure';
  }
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

interface Waiting {
  /** Whether any of it ran, in this transaction or an earlier one. */
  readonly begun: boolean;
  /** Runs one slice inside the transaction; true when the job has ended, one way or the other. */
  advance(slice: Slice): boolean;
  /** Called once what the job wrote is on the disk. */
  settle(): void;
  fail(error: Error): void;
}

export interface WriteQueueHooks {
  /** The last act of every transaction. */
  readonly beforeCommit: () => void;
  /** Brings memory back to what is stored, after a transaction that was undone. What it throws ends the queue. */
  readonly afterAbort: () => void;
  /** Nothing can be written any more. */
  readonly onFailure: (failure: StorageFailure) => void;
}

/**
 * One writer, group commit: while a transaction is being made durable, the jobs that arrive are collected for the next.
 * A job's promise settles only after its last transaction is on the disk. A transaction that fails refuses the jobs that
 * took part in it, and no others.
 */
export class WriteQueue {
  private waiting: Waiting[] = [];
  private committing: Promise<void> | undefined;
  private failure: StorageFailure | undefined;
  private closing = false;
  private deadline = 0;
  private readonly slice: Slice = { spent: () => performance.now() >= this.deadline };

  constructor(
    private readonly environment: Pick<Environment, 'root'>,
    private readonly hooks: WriteQueueHooks,
  ) {}

  /** Runs a job that may pause. */
  run<T>(job: WriteJob<T>): Promise<T> {
    return this.enqueue((resolve, reject) => pausingJob(job, resolve, reject));
  }

  /** Runs work that is done in one go. */
  change<T>(work: () => T): Promise<T> {
    return this.enqueue((resolve, reject) => singleJob(work, resolve, reject));
  }

  private enqueue<T>(waiting: (resolve: (result: T) => void, reject: (error: unknown) => void) => Waiting): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      if (this.closing) return reject(shutDown());
      if (this.waiting.length >= MAX_WAITING_JOBS) {
        return reject(new CommandError('TooManyCursors', 'too many writes are waiting; try again later'));
      }
      this.waiting.push(waiting(resolve, reject));
      this.committing ??= this.commitAll();
    });
  }

  /** Finishes the transaction that is under way, and refuses what has not ended with it and what comes later. */
  async close(): Promise<void> {
    this.closing = true;
    while (this.committing !== undefined) await this.committing;
  }

  private async commitAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0 && this.failure === undefined && !this.closing) await this.commitGroup();
    this.committing = undefined;
    if (!this.closing) return;
    for (const job of this.waiting) job.fail(shutDown());
    this.waiting = [];
  }

  private async commitGroup(): Promise<void> {
    const ended: Waiting[] = [];
    let left: Waiting[] = [];
    const group = this.waiting;
    this.waiting = [];
    try {
      await this.environment.root.childTransaction(() => {
        left = this.runSlices(group, ended);
        this.hooks.beforeCommit();
      });
    } catch (error) {
      return this.undone(error, group);
    }
    this.environment.root.resetReadTxn();
    this.waiting = [...left, ...this.waiting];
    for (const job of ended) job.settle();
  }

  /** The transaction is not stored: the jobs that ran in it are refused, those that only waited go on waiting. */
  private async undone(error: unknown, group: readonly Waiting[]): Promise<void> {
    const reason = await causeOf(error);
    const failure = damageIn(reason) ?? (reason instanceof StorageFailure ? reason : new StorageFailure(reason));
    try {
      this.environment.root.resetReadTxn();
      this.hooks.afterAbort();
    } catch (broken) {
      return this.fail(new StorageFailure(broken), [...group, ...this.waiting]);
    }
    const took = group.filter(({ begun }) => begun);
    this.waiting = [...group.filter(({ begun }) => !begun), ...this.waiting];
    for (const job of took) job.fail(failure);
  }

  /** Gives every job its turn until the time is spent; answers with those that are not done. */
  private runSlices(group: readonly Waiting[], ended: Waiting[]): Waiting[] {
    this.deadline = performance.now() + SLICE_MS;
    return group.filter((job, index) => {
      const outOfTime = index > 0 && this.slice.spent();
      if (outOfTime || !job.advance(this.slice)) return true;
      ended.push(job);
      return false;
    });
  }

  private fail(failure: StorageFailure, jobs: readonly Waiting[]): void {
    this.failure = failure;
    this.waiting = [];
    for (const job of jobs) job.fail(failure);
    this.hooks.onFailure(failure);
  }
}

const shutDown = (): CommandError => new CommandError('ShutdownInProgress', 'the server is shutting down');

/** LMDB names the cause of a failed commit in a promise of its own. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  return Promise.resolve(error.commitError).then(
    () => error,
    (cause: unknown) => cause,
  );
}

function pausingJob<T>(job: WriteJob<T>, resolve: (result: T) => void, reject: (error: unknown) => void): Waiting {
  let running: Generator<void, T, void> | undefined;
  return attempts(reject, (slice) => {
    running ??= job(slice);
    const step = running.next();
    return step.done === true ? () => resolve(step.value) : undefined;
  });
}

function singleJob<T>(work: () => T, resolve: (result: T) => void, reject: (error: unknown) => void): Waiting {
  return attempts(reject, () => {
    const result = work();
    return () => resolve(result);
  });
}

/** A job by its turns: each answers with how to settle it, or undefined where it has paused. */
function attempts(reject: (error: unknown) => void, turn: (slice: Slice) => (() => void) | undefined): Waiting {
  let settle = (): void => undefined;
  let begun = false;
  return {
    get begun() {
      return begun;
    },
    advance(slice) {
      begun = true;
      try {
        const end = turn(slice);
        if (end === undefined) return false;
        settle = end;
      } catch (error) {
        // A transaction that came upon damage cannot be committed: everything in it is undone.
        if (error instanceof StorageFailure || damageIn(error) !== undefined) throw error;
        settle = () => reject(error);
      }
      return true;
    },
    settle: () => settle(),
    fail: reject,
  };
}
