import { hear, miss } from './answers.js';
import { accept } from './commands.js';
import { collect, conclude, sendPoll, type Verdict } from './exchange.js';
import type { LineEffect, LineInput } from './messages.js';
import type { Moment } from './settings.js';
import type { Draft, Exchange, LineState, TurnDraft } from './state.js';
import { proceed, startDueTurn } from './turn.js';

export interface LineStep {
  readonly state: LineState;
  readonly effects: readonly LineEffect[];
}

/**
 * One step of a SAS line (6.02): half-duplex, one poll at a time. A machine's event is acknowledged only by what is sent after the
 * input `journalled` came back for it. Pure: the state handed in is not changed.
 */
export function stepLine(state: LineState, input: LineInput, now: Moment): LineStep {
  const draft = copyOf(state, now);
  take(draft, input);
  while (isFree(draft.line) && startDueTurn(draft));
  return { state: draft.line, effects: draft.effects };
}

/** When the line wants its next tick, in `elapsedMs`; infinite while it waits for its journal. */
export function wakeAt({ exchange, awaiting, paused, turn, machines }: LineState): number {
  if (exchange) return exchange.deadlineAt;
  if (awaiting || turn || paused) return Infinity;
  return machines.reduce((earliest, { nextCycleAt }) => Math.min(earliest, nextCycleAt), Infinity);
}

function copyOf(state: LineState, now: Moment): Draft {
  const line: LineState = {
    ...state,
    machines: state.machines.map((machine) => ({ ...machine })),
    turn: state.turn && { ...state.turn },
    exchange: state.exchange && { ...state.exchange },
  };
  return { line, effects: [], now };
}

const isFree = ({ turn, exchange, awaiting, paused }: LineState): boolean =>
  turn === null && exchange === null && awaiting === null && !paused;

function take(draft: Draft, input: LineInput): void {
  const { line, now } = draft;
  switch (input.type) {
    case 'tick':
      if (line.exchange && now.elapsedMs >= line.exchange.deadlineAt) judge(draft, line.exchange, conclude);
      return;
    case 'symbols':
      if (line.exchange) judge(draft, line.exchange, (turn, exchange) => collect(turn, exchange, input.symbols));
      return;
    case 'journalled':
      return resume(draft, input.token);
    case 'command':
      return accept(draft, input.command);
    case 'pause':
      line.paused = true;
      return;
    case 'resume':
      line.paused = false;
      return;
  }
}

function turnOf(draft: Draft): TurnDraft | null {
  const { turn, machines } = draft.line;
  const machine = turn && machines[turn.index];
  return turn && machine ? { ...draft, turn, machine } : null;
}

function judge(draft: Draft, exchange: Exchange, by: (turn: TurnDraft, exchange: Exchange) => Verdict): void {
  const turn = turnOf(draft);
  if (!turn) return;
  const verdict = by(turn, exchange);
  if (verdict.kind === 'heard') hear(turn, exchange, verdict.message, verdict.frame);
  if (verdict.kind === 'silence') miss(turn, exchange);
}

function resume(draft: Draft, token: number): void {
  for (const machine of draft.line.machines) if (machine.closing === token) machine.closing = null;
  const turn = turnOf(draft);
  const { awaiting } = draft.line;
  if (!turn || awaiting?.token !== token) return;
  draft.line.awaiting = null;
  if (awaiting.send) sendPoll(turn, awaiting.send);
  else proceed(turn);
}
