import { localTime } from '../date-time.js';
import { bcd, binary, bits, coded, flag } from '../fields.js';
import { acknowledgement, commandPoll, noFields, type PollTable } from './shape.js';

/** What a host makes a machine do. */
export const controlPolls = {
  lockPlay: commandPoll(0x01, 'shutdown (lock out play)'),
  unlockPlay: commandPoll(0x02, 'startup'),
  soundOff: commandPoll(0x03, 'sound off'),
  soundOn: commandPoll(0x04, 'sound on'),
  gameSoundsOff: commandPoll(0x05, 'reel-spin and game sounds off'),
  billAcceptorOn: commandPoll(0x06, 'bill acceptor on'),
  billAcceptorOff: commandPoll(0x07, 'bill acceptor off'),
  billDenominations: {
    code: 0x08,
    name: 'configure bill denominations',
    type: 'S',
    certainty: 'D',
    /** Bit 0 is the bill of 1, bit 23 that of 1 000 000; in the order of meters 40 to 57. */
    request: { bills: binary(4), action: bits(1, { 0: 'acceptor stays on after each bill' }) },
    response: acknowledgement,
  },
  enableGame: {
    code: 0x09,
    name: 'enable or disable a game',
    type: 'M',
    certainty: '2+',
    request: { game: bcd(2), enable: flag },
    response: acknowledgement,
  },
  enterMaintenance: commandPoll(0x0a, 'enter maintenance mode'),
  exitMaintenance: commandPoll(0x0b, 'exit maintenance mode'),
  realTimeEvents: {
    code: 0x0e,
    name: 'real-time event reporting on or off',
    type: 'S',
    certainty: 'V',
    request: { enable: flag },
    response: acknowledgement,
  },
  gameDelay: {
    code: 0x2e,
    name: 'game delay',
    type: 'S',
    certainty: 'D',
    /** In units of 100 ms, it is believed. */
    request: { delay: binary(2) },
    response: acknowledgement,
  },
  time: {
    code: 0x7e,
    name: 'date and time',
    type: 'R',
    certainty: '2+',
    request: noFields,
    response: { time: localTime },
  },
  setTime: {
    code: 0x7f,
    name: 'set date and time',
    type: 'S',
    certainty: 'V',
    broadcast: true,
    request: { time: localTime },
    response: acknowledgement,
  },
  autoRebet: {
    code: 0xaa,
    name: 'automatic rebet on or off',
    type: 'S',
    certainty: 'K',
    request: { enable: flag },
    response: acknowledgement,
  },
  handpayReset: {
    code: 0x94,
    name: 'remote handpay reset',
    type: 'S',
    certainty: 'V',
    request: noFields,
    response: { status: coded({ 0x00: 'reset', 0x01: 'unable to reset', 0x02: 'not in handpay' }) },
  },
  handpayResetMethod: {
    code: 0xa8,
    name: 'handpay reset method',
    type: 'S',
    certainty: 'V',
    request: { method: coded({ 0x00: 'standard handpay', 0x01: 'to the credit meter' }) },
    response: { status: coded({ 0x00: 'enabled', 0x01: 'unable to enable', 0x02: 'not in handpay' }) },
  },
} as const satisfies PollTable;
