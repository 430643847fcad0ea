import { localTimeOrNothing } from '../date-time.js';
import { bcd, binary, bits, coded, digits, flag } from '../fields.js';
import { list, optional, text } from '../variable-fields.js';
import { validationTypes } from './meter-polls.js';
import { bothLengths, noFields, opaquePoll, type PollTable } from './shape.js';

const cents = bcd(5);
const validationId = { id: binary(3), sequence: binary(3) } as const;
const inEscrow = { amount: cents, parsing: coded({ 0x00: 'BCD' }), validation: digits(9) } as const;
const mostTexts = 8;

const validationBits = {
  0: 'printer as cash-out device',
  1: 'printer as handpay receipt device',
  2: 'validate handpays and receipts',
  3: 'print restricted tickets',
  4: 'accept foreign restricted tickets',
  5: 'ticket redemption on',
  15: 'secure configuration cancelled',
} as const;

export const ticketHostCodes = {
  0x00: 'cashable',
  0x01: 'restricted',
  0x02: 'non-restricted',
  0x80: 'cannot validate',
  0x81: 'bad number',
  0x82: 'not in the system',
  0x83: 'pending in the system',
  0x84: 'redeemed before',
  0x85: 'expired',
  0x86: 'information not available',
  0x87: 'amount differs',
  0x88: 'over the limit of automatic redemption',
  0xff: 'ask for the status',
} as const;

export const ticketStatuses = {
  0x00: 'redeemed',
  0x40: 'pending',
  0x80: 'rejected',
  0x81: 'number differs',
  0x84: 'over the credit limit',
  0x85: 'not a multiple of the denomination',
  0x87: 'not possible now',
  0x88: 'took too long',
  0x8b: 'acceptor failure',
  0xff: 'no ticket was in',
} as const;

/** Tickets in and out. */
export const ticketPolls = {
  validation: {
    code: 0x3d,
    name: 'cash-out ticket of standard validation',
    type: 'R',
    certainty: '2+',
    request: noFields,
    response: { validation: digits(4), amount: cents },
  },
  validationId: {
    code: 0x4c,
    name: 'set validation id and sequence; id 0 asks',
    type: 'S',
    certainty: '2+',
    request: validationId,
    response: validationId,
  },
  validationRecord: {
    code: 0x4d,
    name: 'validation record: 00 next, 01 to 1F by index, FF look ahead',
    type: 'S',
    certainty: '2+',
    request: { record: binary(1) },
    response: {
      type: coded(validationTypes),
      index: binary(1),
      time: localTimeOrNothing,
      validation: digits(8),
      amount: cents,
      ticketNumber: binary(2),
      /** 00: the machine made the number itself. */
      systemId: bcd(1),
      /** MMDDYYYY or days, as decimal digits. */
      expiration: bcd(4),
      pool: binary(2),
    },
  },
  pendingCashOut: {
    code: 0x57,
    name: 'cash-out that waits for a validation number',
    type: 'R',
    certainty: '2+',
    request: noFields,
    response: { type: coded({ 0x00: 'cashable', 0x01: 'restricted', 0x02: 'debit' }), amount: cents },
  },
  validationNumber: {
    code: 0x58,
    name: 'receive validation number; system 00 denies it',
    type: 'S',
    certainty: '2+',
    request: { systemId: bcd(1), validation: digits(8) },
    response: { status: coded({ 0x00: 'accepted', 0x80: 'not in cash-out', 0x81: 'improper number' }) },
  },
  ticketInEscrow: {
    code: 0x70,
    name: 'ticket that was inserted',
    type: 'R',
    certainty: '2+',
    request: noFields,
    response: { status: coded({ 0x00: 'in escrow', 0xff: 'none' }), ticket: optional(inEscrow) },
    lengthByte: { response: true },
  },
  redeemTicket: {
    code: 0x71,
    name: 'redeem or refuse the ticket; FF asks what became of it',
    type: 'S',
    certainty: '2+',
    request: {
      code: coded(ticketHostCodes),
      ticket: optional({ ...inEscrow, terms: optional({ expiration: bcd(4), pool: binary(2) }) }),
    },
    response: { status: coded(ticketStatuses), ticket: optional(inEscrow) },
    lengthByte: bothLengths,
  },
  ticketReceipt: opaquePoll(0x75, 'ticket receipt data', 'S'),
  customTicket: opaquePoll(0x76, 'custom ticket', 'S'),
  validationStatus: {
    code: 0x7b,
    name: 'extended validation status',
    type: 'S',
    certainty: 'D',
    broadcast: true,
    request: {
      mask: bits(2, validationBits),
      status: bits(2, validationBits),
      cashableDays: bcd(2),
      restrictedDays: bcd(2),
    },
    response: { asset: binary(4), status: bits(2, validationBits), cashableDays: bcd(2), restrictedDays: bcd(2) },
    lengthByte: bothLengths,
  },
  extendedTicketData: {
    code: 0x7c,
    name: 'extended ticket data',
    type: 'S',
    certainty: '2+',
    broadcast: true,
    request: {
      texts: list(
        {
          code: coded({
            0x00: 'location',
            0x01: 'address, first line',
            0x02: 'address, second line',
            0x10: 'restricted title',
            0x20: 'debit title',
          }),
          text: text(40),
        },
        mostTexts,
      ),
    },
    response: { taken: flag },
    lengthByte: { request: true },
  },
  ticketData: {
    code: 0x7d,
    name: 'ticket data',
    type: 'S',
    certainty: '2+',
    broadcast: true,
    request: { hostId: binary(2), expiration: binary(1), location: text(40), address1: text(40), address2: text(40) },
    response: { taken: flag },
    lengthByte: { request: true },
  },
} as const satisfies PollTable;
