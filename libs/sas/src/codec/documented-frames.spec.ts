import { describe, expect, it } from '@jest/globals';

import { fixedSize } from './layout.js';
import { decodeRequest, encodeRequest } from './host-messages.js';
import { definitionOfCode, pollDefinitions, type PollName } from './long-polls.js';
import { decodeReply, encodeReply } from './machine-messages.js';
import type { HostMessage, LongPoll, MachineMessage } from './messages.js';

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

const poll = <Name extends PollName>(name: Name, data: object = {}, address = 1): LongPoll =>
  ({ kind: 'long-poll', address, poll: name, data }) as LongPoll;

/** Frames of public captures and host programs, with the CRC that stood behind them. */
describe('frames that hosts are known to send', () => {
  it.each<[string, LongPoll]>([
    ['0103432B', poll('soundOff')],
    ['0104FC5F', poll('soundOn')],
    ['0106EE7C', poll('billAcceptorOn')],
    ['0107676D', poll('billAcceptorOff')],
    ['010A82B6', poll('enterMaintenance')],
    ['010B0BA7', poll('exitMaintenance')],
    ['012E00009B0F', poll('gameDelay', { delay: 0 })],
    ['012E9000C616', poll('gameDelay', { delay: 0x90 })],
    ['019475CB', poll('handpayReset')],
    ['01A8016A2A', poll('handpayResetMethod', { method: 1 })],
    ['014D00C2AC', poll('validationRecord', { record: 0 })],
    ['014DFFBAA3', poll('validationRecord', { record: 0xff })],
    ['0150002B89', poll('validationMeters', { type: 0 })],
    ['012100005C45', poll('romSignature', { seed: 0 })],
    ['012D0000FFE0', poll('handPaidCancelled', { game: 0 })],
    ['01520001693B', poll('gameMeters', { game: 1 })],
    ['01530001B561', poll('gameConfiguration', { game: 1 })],
    ['01A000006C13', poll('features', { game: 0 })],
    [
      '01AF1A0000A000B800020003001E00000001000B00A200BA0005000600DF41',
      poll('extendedMetersTwin', { game: 0, codes: [0xa0, 0xb8, 2, 3, 0x1e, 0, 1, 0x0b, 0xa2, 0xba, 5, 6] }),
    ],
    [
      '017B0800000000000000008718',
      poll('validationStatus', { mask: 0, status: 0, cashableDays: 0, restrictedDays: 0 }),
    ],
    ['014C00000000000023F7', poll('validationId', { id: 0, sequence: 0 })],
    ['0174FF0000001AF9', poll('lockAndStatus', { code: 0xff, condition: 0, timeout: 0 })],
    ['017400010100CC7F', poll('lockAndStatus', { code: 0, condition: 1, timeout: 100 })],
    ['017480000000A611', poll('lockAndStatus', { code: 0x80, condition: 0, timeout: 0 })],
    ['017301FFA765', poll('registration', { code: 0xff, details: null })],
    ['017201800BB4', poll('transfer', { code: 0x80, entry: null })],
    ['017202FF000F22', poll('transfer', { code: 0xff, entry: { index: 0, transfer: null } })],
    ['017101FF1FD0', poll('redeemTicket', { code: 0xff, ticket: null })],
    ['2A7101FF599F', poll('redeemTicket', { code: 0xff, ticket: null }, 0x2a)],
    ['0080010100000123453216', poll('progressive', { group: 1, level: 1, amount: 12_345 }, 0)],
  ])('%s', (hex, message) => {
    expect(toHex(encodeRequest(message))).toBe(hex);
    expect(decodeRequest(fromHex(hex))).toEqual({ ok: true, message });
  });

  it('take A0 without a game where the machine’s profile has it so', () => {
    const message = poll('featuresAsRead');
    expect(toHex(encodeRequest(message))).toBe('01A0');
    expect(decodeRequest(fromHex('01A0'), new Set([0xa0]))).toEqual({ ok: true, message });
    expect(decodeRequest(fromHex('01A0'))).toEqual({ ok: false, fault: { kind: 'short', offset: 2 } });
  });
});

describe('answers that machines are known to give', () => {
  const interrogation = poll('transfer', { code: 0xff, entry: { index: 0, transfer: null } });

  it('reads a captured transfer of 77 bytes to the last meter', () => {
    const frame = fromHex(
      '0172482A00FF80000000110000000000000000000000077A0000000433363932071220200215010000000000000900000000001268242309' +
        '0000000000001917400900000000000000000060CD',
    );
    const message: MachineMessage = {
      kind: 'answer',
      address: 1,
      poll: 'transfer',
      data: {
        position: 0x2a,
        status: 0,
        details: {
          receiptStatus: 0xff,
          type: 0x80,
          cashable: 1100,
          restricted: 0,
          nonRestricted: 0,
          flags: 7,
          asset: 0x7a,
          id: '3692',
          time: '2020-07-12T02:15:01',
          expiration: 0,
          pool: 0,
          cashableMeter: { bytes: 9, value: 12_682_423n },
          restrictedMeter: { bytes: 9, value: 191_740n },
          nonRestrictedMeter: { bytes: 9, value: 0n },
        },
      },
    };
    expect(decodeReply(interrogation, frame)).toEqual({ ok: true, message });
    expect(toHex(encodeReply(message))).toBe(toHex(frame));
  });

  it.each([
    ['01720200C0C31B', 0xc0],
    ['0172020087782D', 0x87],
  ])('reads the captured refusal %s', (hex, status) => {
    const message = { kind: 'answer', address: 1, poll: 'transfer', data: { position: 0, status, details: null } };
    expect(decodeReply(interrogation, fromHex(hex))).toEqual({ ok: true, message });
  });

  it('reads a ROM signature in answer to a general poll', () => {
    const message: MachineMessage = {
      kind: 'deferred-answer',
      address: 1,
      poll: 'romSignature',
      data: { signature: 0x1234 },
    };
    const frame = encodeReply(message);
    expect(toHex(frame.subarray(0, 4))).toBe('01213412');
    const generalPoll: HostMessage = { kind: 'general-poll', address: 1 };
    expect(decodeReply(generalPoll, frame)).toEqual({ ok: true, message });
    expect(decodeReply(generalPoll, frame.with(2, 0x35))).toEqual({ ok: false, fault: { kind: 'bad-crc', offset: 4 } });
  });

  it.each([
    ['01FF201E84', 0x20],
    ['01FF69DB5B', 0x69],
    ['01FF6A4069', 0x6a],
    ['01FF6FED3E', 0x6f],
    ['01FF820602', 0x82],
    ['01FF838F13', 0x83],
  ])('reads the captured event %s in place of a transfer’s answer', (hex, code) => {
    const message = { kind: 'real-time-event', address: 1, event: { name: 'plain', code } };
    expect(decodeReply(interrogation, fromHex(hex))).toEqual({ ok: true, message });
  });
});

describe('sizes that the protocol gives, address and CRC included', () => {
  const single = [
    ...range(0x10, 0x17),
    0x1a,
    0x20,
    ...range(0x2a, 0x2c),
    ...range(0x31, 0x3c),
    ...range(0x3e, 0x47),
    0x49,
    0x4a,
  ];
  const sizes: [number, number][] = [
    ...single.map((code): [number, number] => [code, 8]),
    ...Object.entries({
      0x0f: 28,
      0x18: 8,
      0x19: 24,
      0x1b: 24,
      0x1c: 36,
      0x1e: 28,
      0x1f: 24,
      0x2d: 10,
      0x3d: 13,
      0x48: 10,
      0x4c: 10,
      0x4d: 35,
      0x50: 14,
      0x51: 6,
      0x52: 22,
      0x53: 26,
      0x55: 6,
      0x57: 10,
      0x58: 5,
      0x73: 34,
      0x74: 40,
      0x7e: 11,
      0x8f: 13,
      0x9a: 18,
      0xa0: 12,
      0xb1: 5,
      0xb3: 5,
    }).map(([code, size]): [number, number] => [Number(code), size]),
  ];

  it.each(sizes)('%i is answered with %i bytes', (code, size) => {
    const definition = definitionOfCode(code);
    const fields = definition?.response === 'acknowledgement' ? {} : (definition?.response ?? {});
    expect(4 + (definition?.lengthByte?.response ? 1 : 0) + (fixedSize(fields) ?? 0)).toBe(size);
  });
});

/** Long polls of the public lists, by type; those that are named without a type, and those of EFT (24, 63, 69, 6A), apart. */
describe('the table', () => {
  const listed = {
    S: [
      ...range(0x01, 0x08),
      0x0a,
      0x0b,
      0x0e,
      0x21,
      0x2e,
      0x4c,
      0x4d,
      0x50,
      0x58,
      0x6e,
      ...range(0x71, 0x74),
      ...range(0x7b, 0x7d),
      0x7f,
      0x80,
      0x86,
      0x8a,
      0x94,
      0xa8,
      0xaa,
    ],
    R: [
      0x0f,
      ...range(0x10, 0x1c),
      0x1e,
      0x1f,
      0x20,
      ...range(0x2a, 0x2c),
      ...range(0x31, 0x4a),
      0x4f,
      0x51,
      ...range(0x54, 0x57),
      0x59,
      0x70,
      0x7e,
      0x84,
      0x85,
      0x87,
      0x8e,
      0x8f,
      0x90,
      ...range(0xb1, 0xb3),
    ],
    M: [0x09, 0x2d, 0x2f, 0x52, 0x53, 0x6f, 0x83, 0x8b, 0x8c, ...range(0x95, 0x9a), 0xa0, 0xa4, 0xaf, 0xb4, 0xb5],
  };

  it.each(Object.entries(listed))('has every poll of type %s', (type, codes) => {
    expect(codes.map((code) => [code, definitionOfCode(code)?.type])).toEqual(codes.map((code) => [code, type]));
  });

  it('has the polls that are known without a type, and no code twice but A0', () => {
    for (const code of [0x75, 0x76, 0x77, 0x7a, ...range(0x5a, 0x5f), 0xb0, 0xb6, 0xb7])
      expect(definitionOfCode(code)).toBeDefined();
    const codes = pollDefinitions.map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([0xa0]);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
