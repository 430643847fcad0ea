import type { PublicEvent } from '#kernel';

/** Event ids remembered against repeats. Topics overlap, and a resumed subscription starts a little before its end. */
export const maxRememberedIds = 20_000;
/** Milliseconds after which everything that belongs before a position has surely arrived by the other topics as well. */
export const settleAfterMs = 5_000;
/** Positions waiting to settle; the oldest go first, which only makes a resume repeat more. */
export const maxUnsettled = 1_000;

/** Which events were seen, and from where a new connection has to go on so that none is missed. */
export interface SeenEvents {
  /** Those not seen before, in the order given. */
  take(events: readonly PublicEvent[], nowMs: number, live: boolean): PublicEvent[];
  /** Exclusive: everything up to here was seen on every topic. */
  resumeAfter(nowMs: number): bigint | undefined;
}

/** @param readAt the position of the read that the events complete */
export function createSeenEvents(readAt: bigint | undefined): SeenEvents {
  const ids = new Set<string>();
  let settled = readAt;
  let unsettled: { position: bigint; atMs: number }[] = [];

  const remember = (id: string) => {
    ids.add(id);
    if (ids.size > maxRememberedIds) for (const oldest of ids) return void ids.delete(oldest);
  };

  const note = (position: bigint, atMs: number) => {
    const last = unsettled.at(-1);
    if (last && last.position >= position) return;
    unsettled.push({ position, atMs });
    if (unsettled.length > maxUnsettled) unsettled = unsettled.filter((_, index) => index % 2 === 1);
  };

  const settle = (nowMs: number) => {
    const ripe = unsettled.findLast(({ atMs }) => nowMs - atMs >= settleAfterMs);
    if (!ripe) return;
    if (settled === undefined || ripe.position > settled) settled = ripe.position;
    unsettled = unsettled.filter(({ position }) => position > ripe.position);
  };

  return {
    take(events, nowMs, live) {
      const fresh = events.filter(({ id }) => !ids.has(id));
      for (const { id, position } of fresh) {
        remember(id);
        if (live) note(BigInt(position), nowMs);
      }
      settle(nowMs);
      return fresh;
    },
    resumeAfter(nowMs) {
      settle(nowMs);
      return settled;
    },
  };
}
