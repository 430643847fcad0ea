import type { Door, FactBody } from '#gateway-protocol';

import {
  billUnits,
  codeOfEvent,
  exceptionCodes as codes,
  type ExceptionReport,
  type RealTimeEvent,
  type RealTimeEventReport,
} from '../codec/index.js';
import { endGame, interruptGame, startGame, type Heard, type Outcome } from './games.js';
import type { MachineMemory } from './memory.js';

/** A machine's event: one byte in answer to a general poll, or a real-time event in place of any answer. */
export type EventMessage = ExceptionReport | RealTimeEventReport;

const doorEvents: ReadonlyMap<number, FactBody> = new Map(
  (
    [
      [codes.slotDoorOpened, 'slot'],
      [codes.dropDoorOpened, 'drop'],
      [codes.cardCageOpened, 'card-cage'],
      [codes.cashboxDoorOpened, 'cashbox'],
    ] as const satisfies readonly (readonly [number, Door])[]
  ).flatMap(([opened, door]): [number, FactBody][] => [
    [opened, { kind: 'door-opened', door }],
    [opened + 1, { kind: 'door-closed', door }],
  ]),
);

/** Events that cannot happen twice in a row: the same bytes again, right after, are the machine's repetition. */
const neverTwice: ReadonlySet<number> = new Set([
  ...doorEvents.keys(),
  codes.powerApplied,
  codes.powerLost,
  codes.billAccepted,
  codes.handpayReset,
  codes.gameStarted,
  codes.gameEnded,
  codes.gameSelected,
]);

export const codeOf = (message: EventMessage): number =>
  message.kind === 'exception' ? message.code : codeOfEvent(message.event);

/**
 * Whether an answer is the one that was journalled last and not a new event. After a restart every identical answer is: the
 * machine was never told that the last one was heard. Later only where the event cannot follow itself.
 */
export function isRepeatedEvent(
  message: EventMessage,
  frame: string,
  outstanding: string | null,
  recovering: boolean,
): boolean {
  if (frame !== outstanding) return false;
  // A bill of a real-time event carries its meter; a bare byte says nothing that tells two bills apart.
  if (message.kind === 'exception' && message.code === codes.billAccepted) return recovering;
  return recovering || neverTwice.has(codeOf(message));
}

/** The facts of an event. Handpay 51 has none: its record is read first (long poll 1B). */
export function interpretEvent(message: EventMessage, memory: MachineMemory, heard: Heard): Outcome {
  const code = codeOf(message);
  const door = doorEvents.get(code);
  if (door) return { facts: [door], memory };
  switch (code) {
    case codes.powerApplied:
      return afterPower(memory, { kind: 'power-applied' });
    case codes.powerLost:
      return afterPower(memory, { kind: 'power-lost' });
    case codes.handpayPending:
      return { facts: [], memory };
    case codes.handpayReset:
      return { facts: [{ kind: 'handpay-reset' }], memory: { ...memory, handpay: null } };
    case codes.cashOutPressed:
      return { facts: [{ kind: 'cash-out-requested' }], memory };
    default:
      return message.kind === 'real-time-event'
        ? interpretDetails(message.event, memory, heard)
        : { facts: [{ kind: 'exception-reported', code, realTime: false }], memory };
  }
}

function afterPower(memory: MachineMemory, body: FactBody): Outcome {
  const before = interruptGame(memory, 'power');
  return { facts: [...before.facts, body], memory: before.memory };
}

function interpretDetails(event: RealTimeEvent, memory: MachineMemory, heard: Heard): Outcome {
  switch (event.name) {
    case 'gameStarted':
      return startGame(memory, { wager: event.data.wager, coinInMeter: event.data.coinInMeter }, heard);
    case 'gameEnded':
      return endGame(memory, event.data.win, heard);
    case 'gameSelected':
      return {
        facts: [{ kind: 'game-selected', gameNumber: event.data.game }],
        memory: { ...memory, selectedGame: event.data.game },
      };
    case 'billAccepted': {
      const { country, billCode, billMeter } = event.data;
      return {
        facts: [{ kind: 'bill-accepted', country, billCode, units: billUnits(billCode), billMeter }],
        memory,
      };
    }
    default:
      return { facts: [{ kind: 'exception-reported', code: codeOfEvent(event), realTime: true }], memory };
  }
}
