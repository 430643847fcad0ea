import type { PublicEvent, Topic } from '#kernel';
import { machineIdOf } from '#public-events';

import { filterKey, type Subscription } from './subscription.js';

/** All subscriptions of a process, found by what they take. */
export class SubscriptionIndex {
  private readonly byFilter = new Map<string, Set<Subscription>>();

  add(subscription: Subscription): void {
    const key = filterKey(subscription.filter);
    const known = this.byFilter.get(key);
    if (known) known.add(subscription);
    else this.byFilter.set(key, new Set([subscription]));
  }

  remove(subscription: Subscription): void {
    const key = filterKey(subscription.filter);
    const known = this.byFilter.get(key);
    known?.delete(subscription);
    if (known?.size === 0) this.byFilter.delete(key);
  }

  get isEmpty(): boolean {
    return this.byFilter.size === 0;
  }

  /** Offers an event to every subscription that takes it: the clients to push it to now, each once. */
  offer(event: PublicEvent, topics: readonly Topic[]): string[] {
    const clients = new Set<string>();
    for (const key of keysOf(event, topics)) {
      for (const subscription of this.byFilter.get(key) ?? []) {
        if (subscription.offer(event, BigInt(event.position))) clients.add(subscription.clientId);
      }
    }
    return [...clients];
  }
}

function keysOf(event: PublicEvent, topics: readonly Topic[]): string[] {
  const { hallId } = event;
  if (hallId === null) return [];
  const machineId = machineIdOf(event);
  return topics.flatMap((topic) => [
    filterKey({ topic, hallId }),
    ...(machineId === undefined ? [] : [filterKey({ topic, hallId, machineId })]),
  ]);
}
