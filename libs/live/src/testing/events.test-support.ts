import { z } from 'zod';

import { eventType, type PublicEvent, publicEventType, type RecordedEvent } from '#kernel';
import { PublicCatalogue } from '#public-events';

const gamePlayed = eventType(
  'machine.game-played.v1',
  z.strictObject({ machineId: z.string(), wager: z.int(), win: z.int() }),
);

const data = z.strictObject({ machineId: z.string(), amount: z.int() });

const bet = publicEventType({
  type: 'machine.bet',
  version: 1,
  topics: ['bets'],
  from: gamePlayed,
  schema: data,
  description: 'A game was played.',
  data: ({ data: { machineId, wager } }) => ({ machineId, amount: wager }),
});
const win = publicEventType({
  type: 'machine.win',
  version: 1,
  topics: ['bets', 'machines'],
  from: gamePlayed,
  schema: data,
  description: 'A game was won.',
  data: ({ data: { machineId, win: amount } }) => (amount > 0 ? { machineId, amount } : undefined),
});

/** A catalogue for specs: a game is a bet, and a win where it won something. */
export const catalogue = new PublicCatalogue([bet, win]);

export interface StoredEventFields {
  readonly position: bigint;
  readonly hallId?: string;
  readonly machineId?: string;
  readonly win?: number;
}

/** A game as it stands in the store. Every other one wins. */
export const storedEvent = ({
  position,
  hallId = 'h1',
  machineId = 'm1',
  win: amount = Number(position % 20n) === 0 ? 7 : 0,
}: StoredEventFields): RecordedEvent => ({
  id: `game-${position}`,
  type: 'machine.game-played.v1',
  data: { machineId, wager: 5, win: amount },
  metadata: {
    $correlationId: 'c',
    $causationId: 'c',
    commandId: '0d4f5f0e-3f3c-5b66-9c54-6f0f8a1f0002',
    actor: { kind: 'gateway', id: 'g1' },
    hallId,
    gamingDate: '2026-11-23',
    occurredAt: '2026-11-23T20:00:00.000Z',
  },
  stream: `feed-${machineId}-2026-11-23`,
  revision: position,
  position,
  recordedAt: new Date('2026-11-23T20:00:01.000Z'),
});

export function publicEvent(fields: StoredEventFields): PublicEvent {
  const [event] = catalogue.publicEventsOf(storedEvent(fields));
  if (!event) throw new TypeError('every game is a bet');
  return event;
}
