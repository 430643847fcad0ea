import { encodeReply, highestBit, type HostMessage, type MachineMessage, type RealTimeEvent } from '../codec/index.js';
import { answerLongPoll } from './answers/long-poll-answers.js';
import { byteOfEvent } from './bill-exceptions.js';
import { plain } from './event-queue.js';
import { acknowledgePriority, dueEvent } from './priorities.js';
import { nothingPending, type Books, type Link, type MachineState } from './state.js';

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
  const { pending } = link.last;
  switch (pending.kind) {
    case 'nothing':
      return on;
    case 'queued-event':
      return booked(on, { queue: books.queue.slice(1) });
    case 'priority':
      return acknowledgePriority(on, pending.code, now);
    case 'handpay-record':
      return books.handpay && !books.handpay.read ? booked(on, { handpay: { ...books.handpay, read: true } }) : on;
    case 'validation-record':
      return booked(on, { tickets: withoutFirstRecord(books.tickets) });
    case 'ticket-outcome': {
      const { outcome } = books.tickets;
      return outcome ? booked(on, { tickets: { ...books.tickets, outcome: { ...outcome, told: true } } }) : on;
    }
    case 'transfer': {
      const { current } = books.aft;
      return current ? booked(on, { aft: { ...books.aft, current: { ...current, told: true } } }) : on;
    }
    case 'rom-signature':
      return booked(on, { romSignature: null });
  }
}

const recordNumbers = 31;

const withoutFirstRecord = (tickets: Books['tickets']): Books['tickets'] => ({
  ...tickets,
  records: tickets.records.slice(1),
  firstIndex: tickets.records.length === 0 ? tickets.firstIndex : (tickets.firstIndex % recordNumbers) + 1,
});

const reported = ({ address, books, profile }: MachineState, event: RealTimeEvent): MachineMessage =>
  books.realTimeEvents
    ? { kind: 'real-time-event', address, event }
    : { kind: 'exception', code: byteOfEvent(event, profile) };

function answerGeneralPoll(state: MachineState, request: string, now: number): Heard {
  const { books, profile, address } = state;
  const due = dueEvent(state, now);
  if (!due && books.romSignature !== null) {
    const data = { signature: books.romSignature };
    const reply = [...encodeReply({ kind: 'deferred-answer', address, poll: 'romSignature', data })];
    return { state: linked(state, { last: { request, reply, pending: { kind: 'rom-signature' } } }), reply };
  }
  const { event, pending } = due ?? { event: plain(profile.idleException), pending: nothingPending };
  const reply = [...encodeReply(reported(state, event))];
  return { state: linked(state, { last: { request, reply, pending } }), reply };
}

function carryOut(state: MachineState, message: HostMessage, request: string, now: number): Heard {
  const { books, profile } = state;
  const preempted = profile.eventsInPlaceOfAnswers && books.realTimeEvents && dueEvent(state, now) !== null;
  if (message.kind === 'general-poll' || preempted) return answerGeneralPoll(state, request, now);
  const answered = answerLongPoll(state, message, now);
  const after = answered.books === books ? state : { ...state, books: answered.books };
  if (!answered.message) return { state: after, reply: [] };
  const reply = [...encodeReply(answered.message)];
  return { state: linked(after, { last: { request, reply, pending: answered.pending } }), reply };
}

function busyReply({ address, profile, link }: MachineState, message: HostMessage): number[] {
  if (link.busyAnswers >= profile.busyBurst) return [];
  if (profile.busyAnswer === 'refusal') return message.kind === 'general-poll' ? [address | highestBit] : [];
  return profile.busyAnswer === 'address' ? [address] : [address, 0];
}

/**
 * A poll to this machine. Repeated at once it gets the same answer again, because that is how a host asks for what it did not
 * hear; any other poll acknowledges. "Nothing to report" needs no acknowledgement and is looked at anew.
 */
export function hearPoll(state: MachineState, message: HostMessage, request: string, now: number): Heard {
  const polled = linked(state, { lastPollAt: now });
  if (now < state.link.busyUntil) {
    return { state: linked(polled, { busyAnswers: state.link.busyAnswers + 1 }), reply: busyReply(state, message) };
  }
  const { last } = state.link;
  const idle = message.kind === 'general-poll' && last?.pending.kind === 'nothing';
  if (last && (last.request === request || isTwin(last.request, request)) && !idle) {
    return { state: polled, reply: last.reply };
  }
  return carryOut(acknowledge(polled, now), message, request, now);
}

/**
 * 6F again right after 6F is the wish to hear the same answer once more, even where other meters are named: a host reads several
 * blocks by 6F and AF in turn.
 */
const isTwin = (last: string, request: string): boolean =>
  last.slice(0, 4) === request.slice(0, 4) && twins.has(request.slice(2, 4));
const twins: ReadonlySet<string> = new Set(['6f', 'af']);

/** A poll to all machines: carried out like one's own, and never answered. */
export function hearBroadcast(state: MachineState, message: HostMessage, now: number): MachineState {
  const acknowledged = acknowledge(state, now);
  if (message.kind === 'general-poll' || !broadcasts.has(message.poll)) return acknowledged;
  return { ...acknowledged, books: answerLongPoll(acknowledged, message, now).books };
}

const broadcasts: ReadonlySet<string> = new Set([
  'setTime',
  'progressive',
  'progressiveLevels',
  'validationStatus',
  'extendedTicketData',
  'ticketData',
]);
