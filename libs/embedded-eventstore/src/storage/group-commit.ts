import { fdatasync, writev } from 'node:fs';
import type { Segment } from './segment.js';

/** Writes all of `buffers` at `offset` and syncs; rejects on the first failure. */
export const writeAndSync = (segment: Segment, buffers: readonly Buffer[], offset: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const write = (rest: readonly Buffer[], at: number): void => {
      writev(segment.descriptor, rest, at, (error, written) => {
        if (error !== null) return reject(error);
        const left = withoutFirst(rest, written);
        if (left.length > 0) return write(left, at + written);
        fdatasync(segment.descriptor, (failure) => (failure === null ? resolve() : reject(failure)));
      });
    };
    write(buffers, offset);
  });

/** What is left of `buffers` after their first `byteCount` bytes. */
export const withoutFirst = (buffers: readonly Buffer[], byteCount: number): Buffer[] => {
  let skip = byteCount;
  const left: Buffer[] = [];
  for (const buffer of buffers) {
    if (skip < buffer.length) left.push(skip === 0 ? buffer : buffer.subarray(skip));
    skip = Math.max(0, skip - buffer.length);
  }
  return left;
};

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait until the log is durable up to a position. Positions are asked for in ascending order, mostly. */
export class DurabilityWaiters {
  private readonly waiters: Waiter[] = [];

  wait(position: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.push({ position, resolve, reject });
    });
  }

  /** Answers everyone who waited for a position up to `durable`. */
  settle(durable: number): void {
    let kept = 0;
    for (const waiter of this.waiters) {
      if (waiter.position <= durable) waiter.resolve();
      else this.waiters[kept++] = waiter;
    }
    this.waiters.length = kept;
  }

  /** Everyone who still waits learns that it will not come. */
  fail(error: Error): void {
    for (const waiter of this.waiters.splice(0)) waiter.reject(error);
  }
}
