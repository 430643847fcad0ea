import type { Feed } from '#event-sourcing';
import type { CommandPage, MachineCommand } from '#gateway-protocol';
import type { Identified, ReadModel } from '#read-models';

import type { MachineRequest } from './machine-requests.projection.js';

/** Requests that are handed out at once. */
const maximumPage = 500;
/** A waiting gateway looks again this often, should it not be woken. */
const lookAgainMs = 2_000;

const requestTypes = new Set([
  'machine.play-lock-requested.v1',
  'machine.play-unlock-requested.v1',
  'machine.control-requested.v1',
  'transfer.requested.v1',
]);

/** Hands requests to the gateways that fetch them, by long poll. */
export class MachineRequests {
  private readonly waiting = new Set<() => void>();
  private newest: bigint | undefined;

  constructor(private readonly readModel: ReadModel<MachineRequest>) {}

  /** Wakes waiting gateways when something was asked of any machine. Runs until the signal aborts. */
  async watch(feed: Feed, signal: AbortSignal): Promise<void> {
    const maximumBatch = 500;
    await feed.consume({
      name: 'machine-requests-watch',
      after: feed.head,
      maximumBatch,
      signal,
      handle: ({ events }) => {
        const asked = events.filter(({ type }) => requestTypes.has(type)).at(-1);
        if (asked) {
          this.newest = asked.position;
          this.wake();
        }
        return Promise.resolve();
      },
    });
    this.wake();
  }

  /** The unsettled requests after a cursor; waits for the first. */
  async page(gatewayId: string, cursor: bigint | undefined, waitMs: number): Promise<CommandPage> {
    const after = await this.ofThisHistory(cursor);
    const deadline = performance.now() + waitMs;
    for (;;) {
      const found = await this.unsettled(gatewayId, after);
      const remainingMs = deadline - performance.now();
      if (found.length > 0 || remainingMs <= 0) return { items: found.map(toCommand), next: cursorAfter(found, after) };
      await this.woken(Math.min(remainingMs, lookAgainMs));
    }
  }

  /**
   * A cursor beyond what there is comes from a longer history than this restored one, and would hide every request until the
   * log has outgrown it. Without it all come again, and a gateway knows those that it had.
   */
  private async ofThisHistory(cursor: bigint | undefined): Promise<bigint | undefined> {
    if (!cursor) return cursor;
    return cursor > ((await this.readModel.position()) ?? 0n) ? undefined : cursor;
  }

  /** The oldest first: what does not fit into a page is after its cursor. */
  private async unsettled(gatewayId: string, createdAfter = 0n): Promise<Identified<MachineRequest>[]> {
    const where = { gatewayId, settled: false };
    return (await this.readModel.find({ where, limit: maximumPage, createdAfter, after: this.newest })).items;
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private woken(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.waiting.add(done);
    });
  }
}

/** Its parameters were checked when they were asked for, and their event when it was read. */
const toCommand = ({ id, machineId, kind, deadline, parameters }: Identified<MachineRequest>): MachineCommand =>
  ({ id, machineId, kind, deadline, ...parameters }) as MachineCommand;

const cursorAfter = (found: readonly MachineRequest[], after: bigint | undefined): string =>
  found.at(-1)?.requestedPosition ?? (after ?? 0n).toString();
