import type { Schedule } from './schedule.js';

export interface RereadOptions {
  readonly read: (options: { after: bigint | undefined; signal: AbortSignal }) => Promise<unknown>;
  readonly schedule: Schedule;
  /** Shortest time between two reads, in milliseconds. */
  readonly atMostEveryMs: number;
}

export interface Reread {
  /** Wants a read that is no older than a position. The first is at once; those that come too soon become one. */
  request(after: bigint | undefined): void;
  stop(): void;
}

/** Reads again when asked, one read at a time, and not too often. A read that fails is left to the next request. */
export function createReread({ read, schedule, atMostEveryMs }: RereadOptions): Reread {
  const abort = new AbortController();
  let wanted = false;
  let resting = false;
  let newest: bigint | undefined;
  let cancel = () => {};

  const go = () => {
    wanted = false;
    resting = true;
    void read({ after: newest, signal: abort.signal })
      .catch(() => undefined)
      .then(() => {
        if (abort.signal.aborted) return;
        cancel = schedule(() => {
          resting = false;
          if (wanted) go();
        }, atMostEveryMs);
      });
  };

  return {
    request(after) {
      if (after !== undefined && (newest === undefined || after > newest)) newest = after;
      if (resting) wanted = true;
      else go();
    },
    stop() {
      abort.abort();
      cancel();
    },
  };
}
