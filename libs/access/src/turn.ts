import type { RouteClass } from '#http';
import type { Caller } from '#kernel';

import type { FairShare } from './fair-share.js';

/** An answer under way, as Node's own server has it. */
export interface Answering {
  readonly closed: boolean;
  once(event: 'close', listener: () => void): void;
}

/** A call that takes longer gives its turn on, in milliseconds: an export that streams, a search of years. */
export const longestTurnMs = 100;

/**
 * The turn of a call, which ends with its answer. Gateways wait for commands on purpose: theirs take no turns.
 * @returns undefined: go on; else a promise of the turn
 * @throws {RequestRefused} 429: too many wait already
 */
export function turnOf(
  share: FairShare,
  { kind, id }: Pick<Caller, 'kind' | 'id'>,
  rate: RouteClass,
  answering: Answering,
): Promise<void> | undefined {
  if (rate !== 'read' && rate !== 'write') return undefined;
  const caller = `${kind}:${id}`;
  const entering = share.enter(caller, rate);
  const leaveInTime = (): void => {
    if (answering.closed) return share.leave(caller, rate, 0);
    const sinceMs = performance.now();
    let isOver = false;
    const leave = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      share.leave(caller, rate, performance.now() - sinceMs);
    };
    const timer = setTimeout(leave, longestTurnMs);
    timer.unref();
    answering.once('close', leave);
  };
  if (entering) return entering.then(leaveInTime);
  leaveInTime();
  return undefined;
}
