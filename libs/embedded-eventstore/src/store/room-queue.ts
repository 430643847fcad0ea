import { EngineStopped } from '../errors.js';
import type { Log } from '../storage/log.js';

/** Everyone who writes comes by here: whoever finds no room waits, and those who come after wait behind. */
export class RoomQueue {
  private waiting = 0;
  private queue: Promise<void> = Promise.resolve();
  private isClosed = false;

  constructor(private readonly log: Log) {}

  /**
   * Does what writes at most so many bytes, at once where there is room: nobody comes between the look and the write.
   * Else everyone waits in the order in which they came. `act` answers before the next one's turn.
   */
  with<Result>(byteCount: number, act: () => Promise<Result>): Promise<Result> {
    if (this.isClosed) return Promise.reject(new EngineStopped('the event store is stopping'));
    if (this.waiting > 0 || !this.log.fits(byteCount)) return this.inTurn(byteCount, act);
    try {
      return act();
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Takes nobody any more. */
  close(): void {
    this.isClosed = true;
  }

  private async inTurn<Result>(byteCount: number, act: () => Promise<Result>): Promise<Result> {
    this.waiting += 1;
    const turn = this.queue.then(async () => {
      try {
        while (!this.log.fits(byteCount)) await this.log.makeRoom(byteCount);
        return { acted: act() };
      } finally {
        this.waiting -= 1;
      }
    });
    this.queue = turn.then(
      () => undefined,
      () => undefined,
    );
    return (await turn).acted;
  }
}
