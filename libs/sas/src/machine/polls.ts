import {
  codeOfEvent,
  encodeReply,
  exceptionCodes,
  highestBit,
  type HostMessage,
  type MachineMessage,
  type RealTimeEvent,
} from '../codec/index.js';
import { plain } from './event-queue.js';
import { answerLongPoll } from './long-poll-answers.js';
import type { Books, Link, MachineState, Pending } from './state.js';

/** The machine after a poll, and the bytes that it answers with; none is silence. */
export interface Heard {
  readonly state: MachineState;
  readonly reply: readonly number[];
}

const linked = (state: MachineState, link: Partial<Link>): MachineState => ({
  ...state,
  link: { ...state.link, ...link },
});

const booked = (state: MachineState, books: Partial<Books>): MachineState => ({
  ...state,
  books: { ...state.books, ...books },
});

/** The host has moved on: what it was told last has reached it. */
export function acknowledge(state: MachineState, now: number): MachineState {
  const { books, link } = state;
  if (!link.last) return state;
  const on = linked(state, { last: null });
  switch (link.last.pending) {
    case 'nothing':
      return on;
    case 'queued-event':
      return booked(on, { queue: books.queue.slice(1) });
    case 'overflow':
      return booked(on, { queueOverflowed: false });
    case 'handpay-pending':
      return linked(on, { handpayIssuedAt: now });
    case 'handpay-record':
      return books.handpay && !books.handpay.read ? booked(on, { handpay: { ...books.handpay, read: true } }) : on;
  }
}

interface Due {
  readonly event: RealTimeEvent;
  readonly pending: Pending;
}

/** What is to be reported now: a pending handpay first, then a lost event, then the queue. */
function dueEvent({ books, link, profile }: MachineState, now: number): Due | null {
  const { handpay, queue, queueOverflowed } = books;
  const issuedAt = link.handpayIssuedAt;
  if (handpay && !handpay.read && (issuedAt === null || now - issuedAt >= profile.handpayReissueMs)) {
    return { event: plain(exceptionCodes.handpayPending), pending: 'handpay-pending' };
  }
  if (queueOverflowed) return { event: plain(exceptionCodes.queueOverflow), pending: 'overflow' };
  const [event] = queue;
  return event ? { event, pending: 'queued-event' } : null;
}

const reported = ({ address, books }: MachineState, event: RealTimeEvent): MachineMessage =>
  books.realTimeEvents ? { kind: 'real-time-event', address, event } : { kind: 'exception', code: codeOfEvent(event) };

function carryOut(state: MachineState, message: HostMessage, request: string, now: number): Heard {
  const { books, profile } = state;
  const due = dueEvent(state, now);
  const preempted = due !== null && profile.eventsInPlaceOfAnswers && books.realTimeEvents;
  if (message.kind === 'general-poll' || preempted) {
    const { event, pending } = due ?? { event: plain(profile.idleException), pending: 'nothing' };
    const reply = [...encodeReply(reported(state, event))];
    return { state: linked(state, { last: { request, reply, pending } }), reply };
  }
  const answered = answerLongPoll(state, message, now);
  const after = answered.books === books ? state : { ...state, books: answered.books };
  if (!answered.message) return { state: after, reply: [] };
  const reply = [...encodeReply(answered.message)];
  return { state: linked(after, { last: { request, reply, pending: answered.pending } }), reply };
}

function busyReply({ address, profile }: MachineState, message: HostMessage): number[] {
  if (profile.busyAnswer === 'refusal') return message.kind === 'general-poll' ? [address | highestBit] : [];
  return profile.busyAnswer === 'address' ? [address] : [address, 0];
}

/**
 * A poll to this machine. Repeated at once it gets the same answer again, because that is how a host asks for what it did not
 * hear; any other poll acknowledges. "Nothing to report" needs no acknowledgement and is looked at anew.
 */
export function hearPoll(state: MachineState, message: HostMessage, request: string, now: number): Heard {
  const polled = linked(state, { lastPollAt: now });
  if (now < state.link.busyUntil) return { state: polled, reply: busyReply(state, message) };
  const { last } = state.link;
  const idle = message.kind === 'general-poll' && last?.pending === 'nothing';
  if (last?.request === request && !idle) return { state: polled, reply: last.reply };
  return carryOut(acknowledge(polled, now), message, request, now);
}

/** A poll to all machines: carried out like one's own, and never answered. */
export function hearBroadcast(state: MachineState, message: HostMessage, now: number): MachineState {
  const acknowledged = acknowledge(state, now);
  if (message.kind === 'general-poll' || message.poll !== 'setTime') return acknowledged;
  return { ...acknowledged, books: answerLongPoll(acknowledged, message, now).books };
}
