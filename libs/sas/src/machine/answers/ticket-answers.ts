import type { LongPoll, ResponseData } from '../../codec/index.js';
import { centsOf } from '../credits.js';
import { localTimeAt } from '../local-time.js';
import type { MachineState } from '../state.js';
import type { ValidationRecord } from '../ticket-books.js';
import { payByTicket, redeem, returnTicket } from '../tickets.js';
import { answer, type Answered } from './answered.js';

const emptyRecord: ResponseData<'validationRecord'> = {
  type: 0,
  index: 0,
  time: null,
  validation: '0'.repeat(16),
  amount: 0,
  ticketNumber: 0,
  systemId: 0,
  expiration: 0,
  pool: 0,
};
const recordNumbers = 31;
const lookAhead = 0xff;

const recordData = (
  state: MachineState,
  record: ValidationRecord,
  index: number,
): ResponseData<'validationRecord'> => ({
  type: record.type,
  index,
  time: localTimeAt(record.at, state.books.clockOffsetMs),
  validation: record.validation,
  amount: record.cents,
  ticketNumber: record.ticketNumber,
  systemId: record.systemId,
  expiration: record.expiration,
  pool: record.pool,
});

function record(state: MachineState, wanted: number): Answered {
  const { records, firstIndex } = state.books.tickets;
  const place = wanted === 0 || wanted === lookAhead ? 0 : (wanted - firstIndex + recordNumbers) % recordNumbers;
  const found = records[place];
  if (!found) return answer(state, 'validationRecord', emptyRecord);
  const index = ((firstIndex - 1 + place) % recordNumbers) + 1;
  const data = recordData(state, found, index);
  return answer(state, 'validationRecord', data, wanted === 0 ? { kind: 'validation-record' } : undefined);
}

function inEscrow(state: MachineState): Answered {
  const { escrow } = state.books.tickets;
  if (!escrow) return answer(state, 'ticketInEscrow', { status: 0xff, ticket: null });
  const ticket = { amount: escrow.cents, parsing: 0, validation: escrow.validation };
  const tickets = { ...state.books.tickets, escrow: { ...escrow, read: true } };
  return { ...answer(state, 'ticketInEscrow', { status: 0x00, ticket }), books: { ...state.books, tickets } };
}

/** What became of the last ticket, or where the one in escrow stands. */
function redemption(state: MachineState): Answered {
  const { outcome, escrow } = state.books.tickets;
  if (escrow) return answer(state, 'redeemTicket', { status: 0x40, ticket: null });
  if (!outcome) return answer(state, 'redeemTicket', { status: 0xff, ticket: null });
  const ticket = { amount: outcome.cents, parsing: 0, validation: outcome.validation };
  return answer(state, 'redeemTicket', { status: outcome.status, ticket }, { kind: 'ticket-outcome' });
}

const refusedFrom = 0x80;
const ask = 0xff;

function redeemTicket(state: MachineState, data: Extract<LongPoll, { poll: 'redeemTicket' }>['data']): Answered {
  const { escrow } = state.books.tickets;
  if (data.code === ask || !escrow || !data.ticket) return redemption(state);
  const books =
    data.code >= refusedFrom ? returnTicket(state.books, 0x80) : redeem(state, escrow, data.code, data.ticket);
  return answer({ ...state, books }, 'redeemTicket', { status: 0x40, ticket: null });
}

function validationNumber(state: MachineState, systemId: number, validation: string, now: number): Answered {
  const { cashOut } = state.books.tickets;
  if (!cashOut) return answer(state, 'validationNumber', { status: 0x80 });
  const books = payByTicket(state, cashOut.credits, systemId === 0 ? null : { systemId, validation }, now);
  return { ...answer(state, 'validationNumber', { status: 0x00 }), books };
}

/** Tickets in and out; undefined for polls that are about something else. */
export function answerTickets(state: MachineState, message: LongPoll, now: number): Answered | undefined {
  const { books } = state;
  const { tickets } = books;
  switch (message.poll) {
    case 'validation': {
      const last = tickets.records.at(-1);
      return answer(state, 'validation', {
        validation: (last?.validation ?? '').slice(-8).padStart(8, '0'),
        amount: last?.cents ?? 0,
      });
    }
    case 'validationId': {
      const { id, sequence } = message.data;
      if (id === 0) return answer(state, 'validationId', { id: tickets.id, sequence: tickets.sequence });
      return {
        ...answer(state, 'validationId', { id, sequence }),
        books: { ...books, tickets: { ...tickets, id, sequence } },
      };
    }
    case 'validationRecord':
      return record(state, message.data.record);
    case 'pendingCashOut':
      return answer(state, 'pendingCashOut', {
        type: 0,
        amount: tickets.cashOut ? Math.floor(centsOf(books, tickets.cashOut.credits)) : 0,
      });
    case 'validationNumber':
      return validationNumber(state, message.data.systemId, message.data.validation, now);
    case 'ticketInEscrow':
      return inEscrow(state);
    case 'redeemTicket':
      return redeemTicket(state, message.data);
    case 'validationStatus': {
      const { mask, status, cashableDays, restrictedDays } = message.data;
      const before = tickets.extended;
      const extended = {
        status: (before.status & ~mask) | (status & mask),
        cashableDays: cashableDays || before.cashableDays,
        restrictedDays: restrictedDays || before.restrictedDays,
      };
      const data = { asset: books.aft.asset, ...extended };
      return { ...answer(state, 'validationStatus', data), books: { ...books, tickets: { ...tickets, extended } } };
    }
    case 'extendedTicketData':
      return answer(state, 'extendedTicketData', { taken: state.profile.printer });
    case 'ticketData':
      return answer(state, 'ticketData', { taken: state.profile.printer });
    default:
      return undefined;
  }
}
