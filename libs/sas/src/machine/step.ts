import { machineSymbols, type WireSymbol } from '../transport/symbols.js';
import { cabinetStep } from './cabinet.js';
import type { MachineInput, Refusal } from './inputs.js';
import { chirp, hearSymbol, noticeLoopBreak } from './link.js';
import type { MachineState } from './state.js';
import { passTime } from './time.js';

export interface Step {
  /** `state.books` is the same object as before when nothing changed that must survive a power cut. */
  readonly state: MachineState;
  /** What the machine puts on the wire, once its books are safe. */
  readonly symbols: readonly WireSymbol[];
  /** Why a person's doing had no effect. */
  readonly refused?: Refusal;
}

function hearAll(state: MachineState, symbols: readonly WireSymbol[], now: number): Step {
  let current = state;
  const replies: number[] = [];
  for (const symbol of symbols) {
    const { state: next, reply } = hearSymbol(current, symbol, now);
    current = next;
    replies.push(...reply);
  }
  return { state: current, symbols: machineSymbols(Uint8Array.from(replies)) };
}

/** A machine that hangs goes on in nothing. */
function hang({ stuck, last }: MachineState['link'], state: MachineState, input: MachineInput): Step {
  const heard = input.input === 'symbols' && stuck === 'repeating' && last !== null;
  return { state, symbols: heard ? machineSymbols(Uint8Array.from(last.reply)) : [] };
}

/**
 * The whole machine: its next state and what it says, from an input and the time (milliseconds since 1970). Pure: the same inputs at
 * the same times give the same evening.
 */
export function stepMachine(state: MachineState, input: MachineInput, now: number): Step {
  const onTheWire = input.input === 'symbols' || input.input === 'tick';
  if (state.link.stuck && onTheWire) return hang(state.link, state, input);
  if (state.books.powerOff && onTheWire) return { state, symbols: [] };
  const current = noticeLoopBreak(passTime(state, now), now);
  if (input.input === 'tick') return chirp(current, now);
  if (input.input === 'symbols') return hearAll(current, input.symbols, now);
  const outcome = cabinetStep(current, input, now);
  if ('refused' in outcome) return { state: current, symbols: [], refused: outcome.refused };
  return { state: outcome.state, symbols: [] };
}
