import type { Door } from '#gateway-protocol';
import type { Money, Projection, RecordedEvent } from '#kernel';

import type { MachineFeedEvent, RunningTotals } from './feed-events.js';
import { feedEvents } from './feed-events.js';
import { type MachineEvent, machineEvents } from './machine.js';

type AnyMachineEvent = MachineEvent | MachineFeedEvent;

/** A machine as the floor shows it. */
export interface MachineDocument {
  readonly hallId: string;
  readonly name: string;
  readonly gatewayId: string;
  readonly address: number;
  readonly serial: string | null;
  readonly state: 'online' | 'offline' | 'unknown';
  readonly play: 'unlocked' | 'lock-requested' | 'locked' | 'unlock-requested';
  /** What the machine acknowledged last: so it still is when a request is refused or expires. */
  readonly confirmedPlay: 'unlocked' | 'locked';
  /** The request that it has not answered yet. */
  readonly openRequest: string | null;
  readonly doors: Readonly<Record<Door, 'open' | 'closed'>>;
  readonly credit: { readonly credits: number; readonly amount: Money } | null;
  readonly lastGame: { readonly wager: Money; readonly win: Money; readonly endedAt: string } | null;
  readonly lastWin: Money | null;
  readonly handpay: { readonly amount: Money } | null;
  readonly meters: Readonly<Record<string, number>>;
  /** Counted in 1/10 000 of the currency's unit. */
  readonly totals: RunningTotals;
  readonly lastSeenAt: string | null;
  /** Gaming date of the newest feed that was seen. */
  readonly feedDate: string | null;
  /** Revision of the machine's own stream: its ETag. */
  readonly revision: string;
}

export const machinesProjection: Projection<MachineDocument, AnyMachineEvent> = {
  name: 'machines',
  version: 2,
  handles: [...machineEvents, ...feedEvents].map(({ type }) => type),
  idOf: ({ data }) => data.machineId,
  evolve: (doc, event) => {
    if (event.type === 'machine.registered.v1') return registered(event as RecordedEvent<MachineEvent>);
    if (!doc) return null;
    const changed = { ...doc, ...changes(doc, { type: event.type, data: event.data } as AnyMachineEvent) };
    return 'sequence' in event.data
      ? { ...changed, ...seen(event as RecordedEvent<MachineFeedEvent>) }
      : { ...changed, revision: event.revision.toString() };
  },
  indexes: [{}, { hallId: 1 }, { hallId: 1, state: 1 }, { gatewayId: 1 }],
};

function registered({ data, revision }: RecordedEvent<MachineEvent>): MachineDocument | null {
  if (!('name' in data)) return null;
  const { hallId, name, gatewayId, address, serial } = data;
  return {
    hallId,
    name,
    gatewayId,
    address,
    serial,
    state: 'unknown',
    play: 'unlocked',
    confirmedPlay: 'unlocked',
    openRequest: null,
    doors: { slot: 'closed', drop: 'closed', 'card-cage': 'closed', cashbox: 'closed' },
    credit: null,
    lastGame: null,
    lastWin: null,
    handpay: null,
    meters: {},
    totals: { games: 0, wager: 0, win: 0, billsIn: 0 },
    lastSeenAt: null,
    feedDate: null,
    revision: revision.toString(),
  };
}

const seen = ({ data, metadata }: RecordedEvent<MachineFeedEvent>) => ({
  totals: data.totals,
  lastSeenAt: metadata.occurredAt,
  feedDate: metadata.bookedGamingDate ?? metadata.gamingDate,
});

function changes(doc: MachineDocument, event: AnyMachineEvent): Partial<MachineDocument> {
  switch (event.type) {
    case 'machine.went-offline.v1':
      return { state: 'offline' };
    case 'machine.came-online.v1':
      return { state: 'online' };
    case 'machine.door-opened.v1':
      return { doors: { ...doc.doors, [event.data.door]: 'open' } };
    case 'machine.door-closed.v1':
      return { doors: { ...doc.doors, [event.data.door]: 'closed' } };
    case 'machine.game-played.v1': {
      const { wager, win, endedAt } = event.data;
      return { lastGame: { wager, win, endedAt }, lastWin: win.value > 0 ? win : doc.lastWin };
    }
    case 'machine.meters-read.v1': {
      const { meters, credit } = event.data;
      const credits = meters['0C'];
      const known = { meters: { ...doc.meters, ...meters } };
      return credit && credits !== undefined ? { ...known, credit: { credits, amount: credit } } : known;
    }
    case 'machine.identity-read.v1':
      return { serial: event.data.serial };
    case 'machine.handpay-requested.v1':
      return { handpay: { amount: event.data.amount } };
    case 'machine.handpay-reset.v1':
      return { handpay: null };
    case 'machine.play-lock-requested.v1':
      return { play: 'lock-requested', openRequest: event.data.lockId };
    case 'machine.play-unlock-requested.v1':
      return { play: 'unlock-requested', openRequest: event.data.lockId };
    case 'machine.play-locked.v1':
      return acknowledged(doc, 'locked', event.data.lockId);
    case 'machine.play-unlocked.v1':
      return acknowledged(doc, 'unlocked', event.data.lockId);
    case 'machine.play-lock-refused.v1':
    case 'machine.play-lock-expired.v1':
    case 'machine.play-unlock-refused.v1':
    case 'machine.play-unlock-expired.v1':
      return { play: doc.confirmedPlay, openRequest: null };
    default:
      return {};
  }
}

/** A late acknowledgement, of a request that had expired, leaves a newer request open. */
function acknowledged(
  { openRequest }: MachineDocument,
  confirmedPlay: MachineDocument['confirmedPlay'],
  lockId: string,
): Partial<MachineDocument> {
  if (openRequest !== null && openRequest !== lockId) return { confirmedPlay };
  return { play: confirmedPlay, confirmedPlay, openRequest: null };
}
