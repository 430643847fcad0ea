import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { PublicEvent, RecordedEvent } from '#kernel';

import type { LiveClient } from './live-client.js';
import { LogPages } from './log-pages.js';
import type { EventsPage } from './protocol.js';
import { Replays } from './replay.js';
import { Subscription } from './subscription.js';
import { SubscriptionIndex } from './subscription-index.js';
import { catalogue, publicEvent, storedEvent } from './testing/events.test-support.js';

const filter = { topic: 'bets', hallId: 'h1' } as const;

/** A log that others write to at any moment, and whose events reach the fan-out some time later. */
class Floor {
  readonly log: RecordedEvent[] = [];
  readonly received: { position: bigint; id: string }[] = [];
  readonly pages: EventsPage[] = [];
  readonly index = new SubscriptionIndex();
  fannedOut = 0;

  get through(): bigint {
    return this.log[this.fannedOut - 1]?.position ?? 0n;
  }

  write(hallId: string): void {
    this.log.push(storedEvent({ position: BigInt(this.log.length + 1) * 10n, hallId }));
  }

  fanOutOne(): void {
    const event = this.log[this.fannedOut];
    if (!event) return;
    this.fannedOut += 1;
    for (const made of catalogue.publicEventsOf(event)) {
      if (this.index.offer(made, catalogue.topicsOf(made.type)).includes('c1')) this.receive(made);
    }
  }

  receive(event: PublicEvent): void {
    this.received.push({ position: BigInt(event.position), id: event.id });
  }

  client(interrupt: () => Promise<void>): LiveClient {
    return {
      id: 'c1',
      push: (event) => this.receive(event),
      pushPage: (page) => {
        this.pages.push(page);
        for (const event of page.items) this.receive(event);
        return interrupt();
      },
      disconnect: () => undefined,
    };
  }

  logPages(interrupt: () => Promise<void>): LogPages {
    const { log } = this;
    return new LogPages({
      parse: (stored) => stored,
      catalogue,
      onUnreadable: () => undefined,
      store: {
        async *readAll({ after, maxCount }) {
          let count = 0;
          for (const event of log) {
            if (event.position <= (after ?? -1n)) continue;
            if (count === maxCount) return;
            count += 1;
            if (count % 200 === 1) await interrupt();
            yield event;
          }
          await interrupt();
        },
      },
    });
  }
}

describe('the hand-over from replay to live', () => {
  it('loses and doubles nothing, whatever is written and fanned out in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          before: fc.integer({ min: 0, max: 300 }),
          fannedOut: fc.integer({ min: 0, max: 300 }),
          afterIndex: fc.integer({ min: 0, max: 300 }),
          bursts: fc.array(
            fc.record({ writes: fc.integer({ min: 0, max: 2_000 }), fans: fc.integer({ min: 0, max: 2_000 }) }),
            { maxLength: 6 },
          ),
        }),
        async ({ before, fannedOut, afterIndex, bursts }) => {
          const floor = new Floor();
          const write = (count: number): void => {
            for (let index = 0; index < count; index += 1) floor.write(index % 3 === 0 ? 'h2' : 'h1');
          };
          const fanOut = (count: number): void => {
            for (let index = 0; index < count; index += 1) floor.fanOutOne();
          };
          const left = [...bursts];
          const interrupt = async (): Promise<void> => {
            const burst = left.shift();
            await Promise.resolve();
            if (!burst) return;
            write(burst.writes);
            fanOut(burst.fans);
          };

          write(before);
          fanOut(fannedOut);
          const after = floor.log[Math.min(afterIndex, before) - 1]?.position ?? 0n;
          const subscription = new Subscription('c1', filter, after, floor.through, true);
          floor.index.add(subscription);
          const replays = new Replays(floor.logPages(interrupt));
          await replays.run(subscription, floor.client(interrupt), after, new AbortController().signal);
          write(3);
          fanOut(floor.log.length);

          const expected = floor.log
            .filter(({ position, metadata }) => position > after && metadata.hallId === 'h1')
            .flatMap((event) => catalogue.publicEventsOf(event).map(({ id }) => ({ position: event.position, id })));
          expect(floor.received).toEqual(expected);
          expect(floor.pages.filter(({ last }) => last)).toHaveLength(1);
          expect(Math.max(0, ...floor.pages.map(({ items }) => items.length))).toBeLessThanOrEqual(500);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a subscription', () => {
  it('without a replay takes what comes after its position at once', () => {
    const subscription = new Subscription('c1', filter, 10n, 10n, false);
    expect(subscription.offer(publicEvent({ position: 10n }), 10n)).toBe(false);
    expect(subscription.offer(publicEvent({ position: 20n }), 20n)).toBe(true);
  });

  it('keeps a bounded number of events while it replays, and moves the start of what it keeps', () => {
    const subscription = new Subscription('c1', filter, 0n, 5n, true);
    for (let position = 6n; position < 5_000n; position += 1n) {
      expect(subscription.offer(publicEvent({ position }), position)).toBe(false);
    }
    const start = subscription.bufferStartsAfter;
    const kept = subscription.goLive(start);
    expect(kept.length).toBeLessThanOrEqual(1_000);
    expect(kept.map(({ position }) => BigInt(position))[0]).toBe(start + 1n);
    expect(kept.at(-1)?.position).toBe('4999');
  });
});
