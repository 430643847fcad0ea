import { exceptionCodes } from '../codec/index.js';
import { plain, report } from './event-queue.js';
import type { Books } from './state.js';
import { maximumValidationRecords, type ValidationRecord } from './ticket-books.js';

export interface TicketToPrint {
  readonly type: number;
  readonly cents: number;
  /** 00: the machine made the number itself. */
  readonly systemId: number;
  /** 16 digits; the machine makes one where the host gave none. */
  readonly validation?: string;
}

const digitsOfNumber = 16;
const isHandpay = (type: number): boolean => type === 0x10 || type === 0x20 || type === 0x40 || type === 0x60;

/** A number of the machine's own: not the secret algorithm of enhanced validation, but unique on this machine. */
const ownNumber = ({ tickets }: Books, now: number): string =>
  `${String(Math.floor(now / 1000)).slice(-8)}${String(tickets.sequence + 1).padStart(8, '0')}`.slice(-digitsOfNumber);

/** Keeps a validation record and reports it: 3D for a ticket, 3E for a handpay. The oldest goes when the memory is full. */
export function printTicket(books: Books, ticket: TicketToPrint, now: number): Books {
  const { tickets } = books;
  const record: ValidationRecord = {
    type: ticket.type,
    at: now,
    validation: ticket.validation ?? ownNumber(books, now),
    cents: ticket.cents,
    ticketNumber: (tickets.printed % 9999) + 1,
    systemId: ticket.systemId,
    expiration: tickets.extended.cashableDays,
    pool: 0,
  };
  const records = [...tickets.records, record].slice(-maximumValidationRecords);
  const dropped = tickets.records.length + 1 - records.length;
  const kept = {
    ...books,
    tickets: {
      ...tickets,
      records,
      firstIndex: ((tickets.firstIndex - 1 + dropped) % maximumValidationRecords) + 1,
      printed: tickets.printed + 1,
      sequence: tickets.sequence + 1,
    },
  };
  return report(kept, plain(isHandpay(ticket.type) ? exceptionCodes.handpayValidated : exceptionCodes.ticketPrinted));
}
