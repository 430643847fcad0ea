import { describe, expect, it } from '@jest/globals';

import { withCrc } from './crc.js';
import { frameReply } from './framing.js';
import { decodeRequest, encodeRequest } from './host-messages.js';
import { decodeReply, encodeReply } from './machine-messages.js';
import type { GeneralPoll, HostMessage, LongPoll, MachineMessage } from './messages.js';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

const generalPoll: GeneralPoll = { kind: 'general-poll', address: 1 };
const read = (poll: 'meters' | 'handpay' | 'currentCredits' | 'identity' | 'versionAndSerial'): LongPoll => ({
  kind: 'long-poll',
  address: 1,
  poll,
  data: {},
});
const selectedMeters: LongPoll = {
  kind: 'long-poll',
  address: 1,
  poll: 'selectedMeters',
  data: { game: 5, codes: [0x02, 0x1e, 0x00, 0x01] },
};

describe('what a host sends', () => {
  it.each<[string, HostMessage]>([
    ['80', { kind: 'general-poll', address: 0 }],
    ['81', generalPoll],
    ['01015108', { kind: 'long-poll', address: 1, poll: 'lockPlay', data: {} }],
    ['0102CA3A', { kind: 'long-poll', address: 1, poll: 'unlockPlay', data: {} }],
    ['010E0145D1', { kind: 'long-poll', address: 1, poll: 'realTimeEvents', data: { enable: true } }],
    ['010E00CCC0', { kind: 'long-poll', address: 1, poll: 'realTimeEvents', data: { enable: false } }],
    ['010F', read('meters')],
    ['011A', read('currentCredits')],
    ['011B', read('handpay')],
    ['0154', read('versionAndSerial')],
    [
      '016F060000000001005B6E',
      { kind: 'long-poll', address: 1, poll: 'extendedMeters', data: { game: 0, codes: [0x00, 0x01] } },
    ],
    [
      '017F01152026133000DFC5',
      { kind: 'long-poll', address: 1, poll: 'setTime', data: { time: '2026-01-15T13:30:00' } },
    ],
  ])('%s', (hex, message) => {
    expect(toHex(encodeRequest(message))).toBe(hex);
    expect(decodeRequest(fromHex(hex))).toEqual({ ok: true, message });
  });

  it('refuses to write an address that no machine can have', () => {
    expect(() => encodeRequest({ kind: 'general-poll', address: 128 })).toThrow(RangeError);
  });
});

describe('what a machine answers', () => {
  it('reads a captured answer to 2F, sizes known from the codes', () => {
    const frame = fromHex('012F16000502000000001E000000000035251500013038450042B0');
    const message: MachineMessage = {
      kind: 'answer',
      address: 1,
      poll: 'selectedMeters',
      data: {
        game: 5,
        meters: [
          { code: 0x02, value: 0 },
          { code: 0x1e, value: 0 },
          { code: 0x00, value: 35_251_500 },
          { code: 0x01, value: 30_384_500 },
        ],
      },
    };
    expect(decodeReply(selectedMeters, frame)).toEqual({ ok: true, message });
    expect(toHex(encodeReply(message))).toBe(toHex(frame));
  });

  it.each([
    ['01FF001CA5', 0x00],
    ['01FF1F6A4D', 0x1f],
    ['01FF1114A4', 0x11],
    ['01FF128F96', 0x12],
    ['01FF5110E6', 0x51],
    ['01FF662CA3', 0x66],
  ])('reads the captured event %s', (hex, code) => {
    const message: MachineMessage = { kind: 'real-time-event', address: 1, event: { name: 'plain', code } };
    expect(decodeReply(generalPoll, fromHex(hex))).toEqual({ ok: true, message });
    expect(decodeReply(read('meters'), fromHex(hex))).toEqual({ ok: true, message });
    expect(toHex(encodeReply(message))).toBe(hex);
  });

  it('lets an unknown exception and an unknown event through', () => {
    expect(decodeReply(generalPoll, Uint8Array.of(0xe5))).toEqual({
      ok: true,
      message: { kind: 'exception', code: 0xe5 },
    });
    const event = encodeReply({ kind: 'real-time-event', address: 1, event: { name: 'plain', code: 0xe5 } });
    expect(decodeReply(generalPoll, event)).toMatchObject({
      ok: true,
      message: { event: { name: 'plain', code: 0xe5 } },
    });
  });

  it('has the sizes that the protocol gives: 28 bytes of meters, 24 of a handpay, 24 of an identity', () => {
    const meters = { cancelledCredits: 1, coinIn: 2, coinOut: 3, drop: 4, jackpot: 5, gamesPlayed: 6 };
    expect(encodeReply({ kind: 'answer', address: 1, poll: 'meters', data: meters })).toHaveLength(28);
    const handpay = { progressiveGroup: 0, level: 0, amount: 0, partialPay: 0, resetId: 0, reserved: null };
    expect(encodeReply({ kind: 'answer', address: 1, poll: 'handpay', data: handpay })).toHaveLength(24);
    const identity = {
      gameId: 'TH',
      additionalId: '001',
      denominationCode: 1,
      maxBet: 5,
      progressiveGroup: 0,
      options: 0,
    };
    const data = { ...identity, payTable: 'TH9405', basePercent: '9405' };
    expect(encodeReply({ kind: 'answer', address: 1, poll: 'identity', data })).toHaveLength(24);
  });
});

describe('faults', () => {
  const event = '01FF1114A4';

  it.each<[string, HostMessage, string, string, number]>([
    ['a wrong CRC', generalPoll, '01FF1114A5', 'bad-crc', 3],
    ['another address', read('meters'), `02${event.slice(2)}`, 'wrong-address', 0],
    ['a byte too few', generalPoll, event.slice(0, 8), 'short', 4],
    ['a byte too many', generalPoll, `${event}00`, 'long', 5],
    ['an answer to another poll', read('meters'), '011A0000000000', 'unknown', 1],
    ['nothing', read('meters'), '', 'short', 0],
  ])('%s', (_, sent, hex, kind, offset) => {
    expect(decodeReply(sent, fromHex(hex))).toEqual({ ok: false, fault: { kind, offset } });
  });

  it.each([
    ['digits that are none', '017F02282026' + '0A0000', 6],
    ['the 30th of February', '017F02302026' + '000000', 2],
  ])('%s, at their offset, behind a right CRC', (_, body, offset) => {
    const frame = withCrc([...fromHex(body)]);
    expect(decodeRequest(frame)).toEqual({ ok: false, fault: { kind: 'bad-bcd', offset } });
  });

  it('a poll that is not in the table', () => {
    expect(decodeRequest(fromHex('01F0'))).toEqual({ ok: false, fault: { kind: 'unknown', offset: 1 } });
  });
});

describe('framing an answer', () => {
  const lock: HostMessage = { kind: 'long-poll', address: 1, poll: 'lockPlay', data: {} };

  it('waits for silence where the address alone is an answer and a beginning', () => {
    expect(frameReply(lock, fromHex('01'))).toEqual({ status: 'complete-on-silence', length: 1 });
    expect(frameReply(lock, fromHex('01FF11'))).toEqual({ status: 'more', atLeast: 5 });
  });

  it('takes a refusal and an exception at once', () => {
    expect(frameReply(lock, fromHex('81'))).toEqual({ status: 'complete', length: 1 });
    expect(frameReply(generalPoll, fromHex('51'))).toEqual({ status: 'complete', length: 1 });
  });

  it('reads busy in both forms that belong to a long poll', () => {
    const message = { kind: 'busy', address: 1 };
    expect(decodeReply(read('meters'), fromHex('0100'))).toEqual({ ok: true, message });
    expect(decodeReply(read('meters'), fromHex('01'))).toEqual({ ok: true, message });
  });
});
