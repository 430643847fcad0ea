import { decodeReply, encodeRequest, expectedReply, frameReply, highestBit, isIdle } from '../codec/index.js';
import type { HostMessage, MachineMessage } from '../codec/index.js';
import { hostSymbols, type WireSymbol } from '../transport/symbols.js';
import { maximumResends } from './settings.js';
import type { Exchange, Outgoing, TurnDraft } from './state.js';

/** Longer than any answer, in bytes: what comes beyond it is noise. */
const maximumAnswerBytes = 300;
/** Bytes that are asked for once more because they came alone, without a checksum. */
const maximumConfirmations = 4;

const symbolsOf = (message: HostMessage): WireSymbol[] => hostSymbols(encodeRequest(message));

/** Byte 80: a general poll of nobody. It acknowledges what was heard and resynchronises a machine. */
const nobody: WireSymbol = { wakeup: true, byte: highestBit };

/** Puts a poll on the line. */
export function sendPoll(draft: TurnDraft, { message, task, manner }: Outgoing): void {
  const { line, now } = draft;
  const poll = symbolsOf(message);
  const symbols = manner === 'acknowledging' && message.kind === 'general-poll' ? [nobody, ...poll] : poll;
  line.exchange = {
    message,
    task,
    bytes: [],
    deadlineAt: now.elapsedMs + withinMs(draft, message, symbols),
    resends: 0,
    heardOnce: null,
  };
  draft.turn.polls += 1;
  draft.effects.push({ type: 'send', symbols });
}

/**
 * How long silence may last after a poll: it goes out, the machine thinks, and its answer comes in. An adapter hands bytes over in lumps, so
 * the first of a long answer may be seen only when the last is there.
 */
function withinMs({ line, machine }: TurnDraft, message: HostMessage, symbols: readonly WireSymbol[]): number {
  const { byteMs, answerWithinMs } = line.settings.timing;
  const thinksMs = machine.profile.answerWithinMs ?? answerWithinMs;
  return thinksMs + (symbols.length + expectedReply(message)) * byteMs;
}

/** The same poll alone. The machine answers as it did. */
function sendAgain(draft: TurnDraft, exchange: Exchange): void {
  const symbols = symbolsOf(exchange.message);
  exchange.bytes = [];
  exchange.resends += 1;
  exchange.deadlineAt = draft.now.elapsedMs + withinMs(draft, exchange.message, symbols);
  draft.turn.polls += 1;
  draft.effects.push({ type: 'send', symbols });
}

export type Verdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'heard'; readonly message: MachineMessage; readonly frame: string };

const pending: Verdict = { kind: 'pending' };

/** Takes bytes in. An answer that is whole and has a checksum is taken at once, all else when the line has gone still. */
export function collect(draft: TurnDraft, exchange: Exchange, symbols: readonly WireSymbol[]): Verdict {
  // A machine that has lost the link chirps its own address with the wakeup bit: no answer to anything.
  const bytes = symbols.filter(({ wakeup }) => !wakeup).map(({ byte }) => byte);
  if (bytes.length === 0) return pending;
  exchange.bytes = [...exchange.bytes, ...bytes].slice(0, maximumAnswerBytes);
  const received = Uint8Array.from(exchange.bytes);
  const framing = frameReply(exchange.message, received);
  const missing = framing.status === 'more' ? framing.atLeast - received.length : 0;
  const { gapMs, byteMs } = draft.line.settings.timing;
  exchange.deadlineAt = draft.now.elapsedMs + gapMs + missing * byteMs;
  if (framing.status !== 'complete' || framing.length !== received.length || received.length <= 2) return pending;
  const reply = decodeReply(exchange.message, received);
  return reply.ok ? { kind: 'heard', message: reply.message, frame: hexadecimal(received) } : pending;
}

/** The line has been still for as long as it may: what is there is the answer, or there is none. */
export function conclude(draft: TurnDraft, exchange: Exchange): Verdict {
  const received = Uint8Array.from(exchange.bytes);
  const reply = decodeReply(exchange.message, received);
  if (!reply.ok) return again(draft, exchange);
  const [single, second] = received;
  if (second !== undefined || single === undefined || !needsConfirmation(exchange, reply.message)) {
    return { kind: 'heard', message: reply.message, frame: hexadecimal(received) };
  }
  if (exchange.heardOnce === single) return { kind: 'heard', message: reply.message, frame: hexadecimal(received) };
  exchange.heardOnce = single;
  if (exchange.resends >= maximumConfirmations) return { kind: 'silence' };
  sendAgain(draft, exchange);
  return pending;
}

/** A byte without a checksum is believed at once only where it says nothing, or asks to come back. */
function needsConfirmation({ heardOnce }: Exchange, message: MachineMessage): boolean {
  if (heardOnce !== null) return true;
  if (message.kind === 'exception') return !isIdle(message.code);
  return message.kind === 'acknowledged' || message.kind === 'refused';
}

function again(draft: TurnDraft, exchange: Exchange): Verdict {
  const mayResend = draft.machine.memory.online !== false || exchange.bytes.length > 0;
  if (!mayResend || exchange.resends >= maximumResends) return { kind: 'silence' };
  sendAgain(draft, exchange);
  return pending;
}

export const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
