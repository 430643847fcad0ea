import { localTimeOrNothing } from '../date-time.js';
import { bcd, binary, bits, coded, hex } from '../fields.js';
import { sizedMeter } from '../sized-meter.js';
import { countedHex, optional, text } from '../variable-fields.js';
import { bothLengths, type PollTable } from './shape.js';

/** All amounts of AFT are cents: minor units of the currency, whatever the machine's denomination. */
const cents = bcd(5);
const amounts = { cashable: cents, restricted: cents, nonRestricted: cents } as const;
const idBytes = 20;
const receiptBytes = 120;

export const transferTypes = {
  0x00: 'house to machine',
  0x10: 'bonus coin out to machine',
  0x11: 'bonus jackpot to machine',
  0x20: 'house to ticket',
  0x40: 'debit to machine',
  0x60: 'debit to ticket',
  0x80: 'machine to house',
  0x90: 'win to house',
} as const;

export const transferStatuses = {
  0x00: 'all of it was transferred',
  0x01: 'a part was transferred',
  0x40: 'pending',
  0x80: 'cancelled by the host',
  0x81: 'the id is not unique',
  0x82: 'not a valid function',
  0x83: 'not a valid amount or expiration',
  0x84: 'over the machine’s limit',
  0x85: 'not a multiple of the denomination',
  0x86: 'no partial transfers to the host',
  0x87: 'not possible now',
  0x88: 'the machine is not registered',
  0x89: 'the registration key differs',
  0x8a: 'no POS id',
  0x8b: 'no won credits to cash out',
  0x8c: 'no denomination is set',
  0x8d: 'the expiration is past or invalid',
  0x8e: 'the ticket device is not available',
  0x8f: 'another restricted pool',
  0x90: 'the receipt device is not available',
  0x91: 'receipt data are missing',
  0x92: 'no receipts for this type',
  0x93: 'the asset number is zero or differs',
  0x94: 'the machine is not locked',
  0x95: 'the transaction id is not valid',
  0x9f: 'an unexpected error',
  0xc0: 'another transfer is under way',
  0xc1: 'not a transfer code',
  0xff: 'no transfer is known',
} as const;

export const registrationStatuses = {
  0x00: 'ready to register',
  0x01: 'registered',
  0x40: 'waits for the operator',
  0x80: 'not registered',
} as const;

const transferCodes = {
  0x00: 'full transfer only',
  0x01: 'a part will do',
  0x80: 'cancel',
  0xfe: 'interrogate',
  0xff: 'interrogate and acknowledge',
} as const;

const registration = { asset: binary(4), key: hex(20), posId: hex(4) } as const;

/** Advanced funds transfer. */
export const aftPolls = {
  transfer: {
    code: 0x72,
    name: 'AFT transfer',
    type: 'S',
    certainty: 'V',
    request: {
      code: coded(transferCodes),
      entry: optional({
        index: binary(1),
        transfer: optional({
          type: coded(transferTypes),
          ...amounts,
          flags: bits(1, {
            0: 'host cash-out is controlled here',
            1: 'host cash-out on',
            2: 'host cash-out in hard mode',
            3: 'answers a cash-out request',
            4: 'lock after the transfer',
            5: 'custom ticket',
            6: 'only if locked',
            7: 'receipt',
          }),
          asset: binary(4),
          key: hex(20),
          id: text(idBytes),
          expiration: bcd(4),
          pool: binary(2),
          receipt: countedHex(receiptBytes),
          /** Not agreed by the sources: left out by a host, taken by the simulator. */
          lock: optional({ hundredths: bcd(2) }),
        }),
      }),
    },
    response: {
      position: binary(1),
      status: coded(transferStatuses),
      details: optional({
        receiptStatus: coded({ 0x00: 'printed', 0x20: 'printing', 0x40: 'pending', 0xff: 'none' }),
        type: coded(transferTypes),
        ...amounts,
        flags: binary(1),
        asset: binary(4),
        id: text(idBytes),
        time: localTimeOrNothing,
        expiration: bcd(4),
        pool: binary(2),
        cashableMeter: sizedMeter,
        restrictedMeter: sizedMeter,
        nonRestrictedMeter: sizedMeter,
      }),
    },
    lengthByte: bothLengths,
  },
  registration: {
    code: 0x73,
    name: 'AFT registration',
    type: 'S',
    certainty: '2+',
    request: {
      code: coded({
        0x00: 'initialise',
        0x01: 'register',
        0x40: 'ask the operator',
        0x80: 'unregister',
        0xff: 'read',
      }),
      details: optional(registration),
    },
    response: { status: coded(registrationStatuses), ...registration },
    lengthByte: bothLengths,
  },
  lockAndStatus: {
    code: 0x74,
    name: 'AFT lock and status',
    type: 'S',
    certainty: '2+',
    request: {
      code: coded({ 0x00: 'lock', 0x80: 'cancel the lock', 0xff: 'status only' }),
      condition: bits(1, { 0: 'to machine', 1: 'from machine', 2: 'to printer', 3: 'bonus' }),
      /** In hundredths of a second. */
      timeout: bcd(2),
    },
    response: {
      asset: binary(4),
      lock: coded({ 0x00: 'locked', 0x40: 'pending', 0xff: 'not locked' }),
      available: bits(1, { 0: 'to machine', 1: 'from machine', 2: 'to printer', 3: 'win pending' }),
      hostCashOut: bits(1, { 0: 'enabled by the host', 1: 'enabled', 2: 'hard mode' }),
      aft: bits(1, {
        0: 'printer',
        3: 'registered',
        4: 'in-house transfers',
        5: 'bonus transfers',
        6: 'debit transfers',
        7: 'any transfer',
      }),
      maximumHistory: binary(1),
      ...amounts,
      limit: cents,
      expiration: bcd(4),
      pool: binary(2),
    },
    lengthByte: { response: true },
  },
} as const satisfies PollTable;
