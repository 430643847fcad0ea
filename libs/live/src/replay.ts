import { Turns } from '#kernel';

import type { LiveClient } from './live-client.js';
import type { LogPages } from './log-pages.js';
import type { Subscription } from './subscription.js';

/** Most pages of replays that are read or wait for their acknowledgement at once in a process. */
const maximumPagesAtOnce = 32;
/** Most replays that may wait for their turn. */
const maximumReplaysWaiting = 2_000;

/** Brings subscriptions from a position in the log to live, page by page; each page of a replay waits for its turn. */
export class Replays {
  private readonly turns = new Turns(maximumPagesAtOnce);

  constructor(private readonly log: Pick<LogPages, 'read'>) {}

  get areFull(): boolean {
    return this.turns.waitingCount >= maximumReplaysWaiting;
  }

  /**
   * Replays what followed a position, and then lets the subscription go on live.
   * @throws when the client does not acknowledge, or the log cannot be read; or `TurnGivenUp` when the signal aborts
   */
  async run(subscription: Subscription, client: LiveClient, after: bigint, signal: AbortSignal): Promise<void> {
    let through = after;
    while (!subscription.isLive) {
      through = await this.turns.run(() => this.page(subscription, client, through, signal), signal);
    }
  }

  /** Reads and pushes one page. From the end of the read to going live, nothing else can run. */
  private async page(
    subscription: Subscription,
    client: LiveClient,
    after: bigint,
    signal: AbortSignal,
  ): Promise<bigint> {
    const bufferStartedAfter = subscription.bufferStartsAfter;
    const { items, next, atEnd } = await this.log.read(after, subscription.filter);
    signal.throwIfAborted();
    const readToBuffer = atEnd && subscription.bufferStartsAfter === bufferStartedAfter;
    const through = readToBuffer && next < bufferStartedAfter ? bufferStartedAfter : next;
    const last = through >= subscription.bufferStartsAfter;
    if (items.length === 0 && !last) return through;

    const acknowledged = client.pushPage({ ...subscription.filter, items, next: through.toString(), last });
    if (last) for (const event of subscription.goLive(through)) client.push(event);
    await acknowledged;
    return through;
  }
}
