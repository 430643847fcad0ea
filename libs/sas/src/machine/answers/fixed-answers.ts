import { crcBytes, decodeReply, decodeRequest, definitionOf, definitionOfCode } from '../../codec/index.js';
import { encodeReply, encodeRequest, withCrc, type LongPoll } from '../../codec/index.js';
import type { FixedAnswer } from '../profile.js';
import { nothingPending, type MachineState } from '../state.js';
import { silence, type Answered } from './answered.js';

const headerBytes = 2;
const bytesOf = (hexadecimal: string): number[] => [...Buffer.from(hexadecimal, 'hex')];
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** What was sent behind the command byte, without the CRC, in hexadecimal. */
function dataOf(message: LongPoll): string {
  const end = definitionOf(message.poll).type === 'R' ? undefined : -crcBytes;
  return hexOf(encodeRequest(message).subarray(headerBytes, end));
}

/** The answer that a profile gives to a poll whose layout or meaning is not public; undefined where it has none. */
export function fixedAnswer(state: MachineState, message: LongPoll): Answered | undefined {
  const { code } = definitionOf(message.poll);
  const data = dataOf(message);
  const found = state.profile.fixedAnswers.find(({ poll, when }) => poll === code && data.startsWith(when));
  if (!found) return undefined;
  const frame = withCrc([state.address, code, ...bytesOf(found.answer)]);
  const reply = decodeReply(message, frame);
  return reply.ok ? { books: state.books, message: reply.message, pending: nothingPending } : undefined;
}

/** Why an answer cannot be one, or null: what is wrong with a profile is said before a machine lives by it. */
export function faultOfFixedAnswer({ poll, answer }: FixedAnswer): string | null {
  const definition = definitionOfCode(poll);
  if (!definition) return 'no poll has this code';
  if (definition.response === 'acknowledgement') return 'the poll is answered by one byte';
  const sent = { kind: 'long-poll', address: 1, poll: definition.poll, data: {} } as LongPoll;
  const reply = decodeReply(sent, withCrc([1, poll, ...bytesOf(answer)]));
  return reply.ok ? null : `not an answer to this poll: ${reply.fault.kind} at byte ${reply.fault.offset}`;
}

/**
 * B0 asks a poll for one denomination. The layout was seen once: a denomination and the poll behind it, and so is the answer. A
 * denomination that is not played is met with silence.
 */
export function answerForDenomination(
  state: MachineState,
  { denominationCode, wrapped }: Extract<LongPoll, { poll: 'multiDenomination' }>['data'],
  answered: (message: LongPoll) => Answered,
): Answered {
  const { address, books } = state;
  if (denominationCode !== books.denominationCode) return silence(state);
  const inner = innerPoll(address, bytesOf(wrapped));
  const within = inner && answered(inner);
  if (!within?.message) return silence(state);
  const reply = encodeReply(within.message);
  const said = hexOf(reply.subarray(1, reply.length > 1 ? -crcBytes : undefined));
  const data = { denominationCode, wrapped: said };
  return { ...within, message: { kind: 'answer', address, poll: 'multiDenomination', data } };
}

function innerPoll(address: number, bytes: readonly number[]): LongPoll | null {
  const plain = [address, ...bytes];
  const isRead = definitionOfCode(bytes[0] ?? 0)?.type === 'R';
  const outcome = decodeRequest(isRead ? Uint8Array.from(plain) : withCrc(plain));
  const message = outcome.ok ? outcome.message : null;
  return message?.kind === 'long-poll' && message.poll !== 'multiDenomination' ? message : null;
}
