import type { SeenCall } from '#http';

import type { CallCount } from './call-events.js';

/** Calls of one kind within a minute, before their address is sealed. */
export interface OpenCount extends Pick<SeenCall, 'actor' | 'route' | 'status'> {
  readonly minute: number;
  readonly why: CallCount['why'];
  readonly address: string | null;
  count: number;
}

/** Kinds that are told apart within a minute; beyond that, they are counted without their source. */
const maximumKinds = 1_000;
const minuteMs = 60_000;

/** Counts what is not recorded call by call. */
export class CallCounts {
  private kinds = new Map<string, OpenCount>();

  add(why: CallCount['why'], call: SeenCall): void {
    const minute = Math.floor(call.arrivedAt / minuteMs);
    const isPersonal = why === 'flood' || why === 'empty-poll';
    const source = isPersonal && this.kinds.size < maximumKinds ? `${call.actor?.id ?? ''} ${call.address}` : '';
    const key = `${minute} ${why} ${call.route} ${call.status} ${source}`;
    const known = this.kinds.get(key);
    if (known) known.count += 1;
    else {
      const { route, status } = call;
      const from = source === '' ? { actor: undefined, address: null } : { actor: call.actor, address: call.address };
      this.kinds.set(key, { minute, why, route, status, ...from, count: 1 });
    }
  }

  /** The counts of minutes that are over, or of all; each is given once. */
  take(now: number, all = false): OpenCount[] {
    const current = Math.floor(now / minuteMs);
    const taken = [...this.kinds].filter(([, { minute }]) => all || minute < current);
    for (const [key] of taken) this.kinds.delete(key);
    return taken.map(([, count]) => count);
  }
}
