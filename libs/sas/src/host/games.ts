import type { FactBody } from '#gateway-protocol';

import { meterKey, meterModulus } from '../codec/index.js';
import type { MachineMemory, PendingGame } from './memory.js';

const coinIn = 0x00;

export interface Heard {
  /** ISO 8601. */
  readonly at: string;
  /** The raw frame in hexadecimal. */
  readonly frame: string;
}

export interface GameStart {
  readonly wager: number;
  /** The machine's coin-in meter after the wager. */
  readonly coinInMeter: number;
}

/** What an event means: facts, in order, and what is to be remembered. */
export interface Outcome {
  readonly facts: readonly FactBody[];
  readonly memory: MachineMemory;
}

type Cause = Extract<FactBody, { kind: 'game-interrupted' }>['cause'];

/** The fact of a game that began and was not heard to end. Without a denomination its money is not known: the event alone is told. */
function interrupted(game: PendingGame, cause: Cause): FactBody {
  const { wager, denomination, startedAt, coinInMeter } = game;
  return denomination === null
    ? { kind: 'exception-reported', code: 0x7e, realTime: true }
    : { kind: 'game-interrupted', wager, denomination, startedAt, coinInMeter, cause };
}

/** Closes the pending game, if there is one, as one that never ended. */
export function interruptGame(memory: MachineMemory, cause: Cause): Outcome {
  return memory.game
    ? { facts: [interrupted(memory.game, cause)], memory: { ...memory, game: null } }
    : { facts: [], memory };
}

/** A machine sends an event again when it takes it as unheard. The coin-in meter tells the repetition from another game. */
const isRepetition = (start: GameStart, memory: MachineMemory, frame: string): boolean =>
  start.wager > 0 ? start.coinInMeter === memory.coinInMeter : memory.game?.frame === frame;

/** 7E: the game is remembered until it ends. A gap in the coin-in meter shows games that were never heard. */
export function startGame(memory: MachineMemory, start: GameStart, { at, frame }: Heard): Outcome {
  if (isRepetition(start, memory, frame)) return { facts: [], memory };
  const before = interruptGame(memory, 'started-again');
  const game = { ...start, denomination: memory.denomination, startedAt: at, frame };
  return {
    facts: [...before.facts, ...meterGap(memory.coinInMeter, start)],
    memory: { ...before.memory, game, coinInMeter: start.coinInMeter },
  };
}

function meterGap(last: number | null, { wager, coinInMeter }: GameStart): FactBody[] {
  if (last === null) return [];
  const expected = (last + wager) % meterModulus(coinIn);
  if (expected === coinInMeter) return [];
  const cause = 'coin in moved by more than the wager: games were not heard, or the meter was changed';
  return [{ kind: 'meters-disagree', meter: meterKey(coinIn), expected, found: coinInMeter, cause }];
}

/** 7F: one game, one fact. */
export function endGame(memory: MachineMemory, win: number, { at, frame }: Heard): Outcome {
  const { game } = memory;
  const denomination = game?.denomination ?? memory.denomination;
  if (denomination === null) {
    return {
      facts: [{ kind: 'exception-reported', code: 0x7f, realTime: true }],
      memory: { ...memory, game: null },
    };
  }
  if (!game) return { facts: [{ kind: 'game-end-unmatched', win, denomination }], memory };
  const { wager, startedAt, coinInMeter } = game;
  const body: FactBody = {
    kind: 'game-played',
    wager,
    denomination,
    startedAt,
    endedAt: at,
    win,
    coinInMeter,
    gameNumber: memory.selectedGame,
    endFrame: frame,
  };
  return { facts: [body], memory: { ...memory, game: null } };
}
