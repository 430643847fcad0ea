import { z } from 'zod';

import { doorSchema } from '#gateway-protocol';
import { type EventOf, type EventType, moneySchema, moneyText, publicEventType, type PublicEventType } from '#kernel';

import * as feed from './feed-events.js';
import * as play from './machine.js';
import { alarmOfException } from './sas-words.js';

const machineIdSchema = z.string();
const instant = z.iso.datetime();
const betSchema = z.strictObject({
  machineId: machineIdSchema,
  wager: moneySchema,
  win: moneySchema,
  startedAt: instant,
  endedAt: instant,
});
const winSchema = z.strictObject({ machineId: machineIdSchema, win: moneySchema });
const creditSchema = z.strictObject({ credits: z.int(), amount: moneySchema });
const stateSchema = z.strictObject({
  machineId: machineIdSchema,
  state: z.enum(['online', 'offline']).optional(),
  door: doorSchema.optional(),
  doorState: z.enum(['open', 'closed']).optional(),
  power: z.enum(['applied', 'lost']).optional(),
  credit: creditSchema.optional(),
  handpay: z.strictObject({ amount: moneySchema }).nullable().optional(),
});
const playLockSchema = z.strictObject({
  machineId: machineIdSchema,
  lockId: z.uuid(),
  outcome: z.enum(['lock-requested', 'unlock-requested', 'locked', 'unlocked', 'refused', 'expired']),
});
const alarmSchema = z.strictObject({ machineId: machineIdSchema, kind: z.string(), message: z.string() });

type State = z.output<typeof stateSchema>;
type Alarm = z.output<typeof alarmSchema>;
type OfMachine = EventType<string, z.ZodType<{ machineId: string }>>;
type DataOf<T extends EventType> = EventOf<T>['data'];

/** A `machine.state` row: what of the machine's state a feed event changed. */
const state = <T extends OfMachine>(from: T, change: (data: DataOf<T>) => Omit<State, 'machineId'> | undefined) =>
  publicEventType({
    type: 'machine.state',
    version: 1,
    topics: ['machines'],
    from,
    schema: stateSchema,
    description: 'What a machine is doing has changed: on line or off, doors, power, credit, handpay.',
    data: ({ data }) => {
      const changed = change(data);
      return changed && { machineId: data.machineId, ...changed };
    },
  });

/** A `hall.alarm` row: something that somebody has to look at. */
const alarm = <T extends OfMachine>(from: T, describe: (data: DataOf<T>) => Omit<Alarm, 'machineId'> | undefined) =>
  publicEventType({
    type: 'hall.alarm',
    version: 1,
    topics: ['alarms'],
    from,
    schema: alarmSchema,
    description: 'Something in the hall needs somebody to look at it.',
    data: ({ data }) => {
      const said = describe(data);
      return said && { machineId: data.machineId, ...said };
    },
  });

const playLock = (
  from: EventType<string, z.ZodType<{ machineId: string; lockId: string }>>,
  outcome: z.output<typeof playLockSchema>['outcome'],
) =>
  publicEventType({
    type: 'machine.play-lock',
    version: 1,
    topics: ['machines'],
    from,
    schema: playLockSchema,
    description: 'Play on a machine was asked to be locked or unlocked, or the machine answered.',
    data: ({ data: { machineId, lockId } }) => ({ machineId, lockId, outcome }),
  });

export const machinePublicEvents: readonly PublicEventType[] = [
  publicEventType({
    type: 'machine.bet',
    version: 1,
    topics: ['bets', 'machines'],
    from: feed.gamePlayed,
    schema: betSchema,
    description: 'A game was played: what was wagered, and what was won.',
    data: ({ data: { machineId: id, wager, win, startedAt, endedAt } }) => ({
      machineId: id,
      wager,
      win,
      startedAt,
      endedAt,
    }),
  }),
  publicEventType({
    type: 'machine.win',
    version: 1,
    topics: ['bets'],
    from: feed.gamePlayed,
    schema: winSchema,
    description: 'A game was won.',
    data: ({ data }) => (data.win.value > 0 ? { machineId: data.machineId, win: data.win } : undefined),
  }),
  state(feed.cameOnline, () => ({ state: 'online' })),
  state(feed.wentOffline, () => ({ state: 'offline' })),
  state(feed.doorOpened, ({ door }) => ({ door, doorState: 'open' })),
  state(feed.doorClosed, ({ door }) => ({ door, doorState: 'closed' })),
  state(feed.powerApplied, () => ({ power: 'applied' })),
  state(feed.powerLost, () => ({ power: 'lost' })),
  state(feed.handpayRequested, ({ amount }) => ({ handpay: { amount } })),
  state(feed.handpayReset, () => ({ handpay: null })),
  state(feed.metersRead, ({ meters, credit }) =>
    credit ? { credit: { credits: meters['0C'] ?? 0, amount: credit } } : undefined,
  ),
  playLock(play.playLockRequested, 'lock-requested'),
  playLock(play.playUnlockRequested, 'unlock-requested'),
  playLock(play.playLocked, 'locked'),
  playLock(play.playUnlocked, 'unlocked'),
  playLock(play.playLockRefused, 'refused'),
  playLock(play.playUnlockRefused, 'refused'),
  playLock(play.playLockExpired, 'expired'),
  playLock(play.playUnlockExpired, 'expired'),
  alarm(feed.doorOpened, ({ door }) => ({ kind: 'door-opened', message: `The ${door} door was opened.` })),
  alarm(feed.powerLost, () => ({ kind: 'power-lost', message: 'The machine lost power.' })),
  alarm(feed.wentOffline, ({ missedPolls }) => ({ kind: 'offline', message: `No answer to ${missedPolls} polls.` })),
  alarm(feed.handpayRequested, ({ amount }) => ({
    kind: 'handpay',
    message: `A handpay of ${moneyText(amount)} waits.`,
  })),
  alarm(feed.exceptionReported, ({ code }) => alarmOfException(code)),
  alarm(feed.metersDisagree, ({ meter, cause }) => ({
    kind: 'meters-disagree',
    message: `Meter ${meter} does not agree: ${cause}.`,
  })),
  alarm(feed.metersUnbalanced, ({ credits }) => ({
    kind: 'meters-unbalanced',
    message: `${credits} credits are not accounted for by the meters.`,
  })),
  alarm(feed.meterEpochStarted, ({ reason }) => ({
    kind: 'meter-epoch',
    message: `A new series of meters began: ${reason}.`,
  })),
  alarm(feed.factsLost, ({ from, sequence, reason }) => ({
    kind: 'facts-lost',
    message: `Facts ${from} to ${sequence} are lost: ${reason}.`,
  })),
];
