import { describe, expect, it } from '@jest/globals';

import { describeReply, describeRequest } from './describe.js';
import type { HostMessage } from './messages.js';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const generalPoll: HostMessage = { kind: 'general-poll', address: 1 };
const transfer: HostMessage = {
  kind: 'long-poll',
  address: 1,
  poll: 'transfer',
  data: { code: 0xff, entry: { index: 0, transfer: null } },
};

describe('bytes in words', () => {
  it.each([
    ['80', 'nobody: acknowledges, resynchronises'],
    ['81', 'general poll of machine 1'],
    ['011A', 'machine 1: current credits'],
    ['010E0145D1', 'machine 1: real-time event reporting on or off (enable true)'],
    ['010E0145D2', 'not understood: the CRC is wrong, at byte 3'],
  ])('of a host: %s', (bytes, text) => {
    expect(describeRequest(hex(bytes))).toBe(text);
  });

  it.each<[HostMessage, string, string]>([
    [generalPoll, '11', '11 slot door opened'],
    [generalPoll, 'E5', 'E5, not in the table'],
    [generalPoll, '01FF1114A4', 'event 11 slot door opened'],
    [generalPoll, '', 'silence'],
    [transfer, '0172020087782D', 'position 0; status 87 (not possible now); details none'],
    [transfer, '0172020087782E', 'not understood: the CRC is wrong, at byte 5'],
  ])('of a machine, %#: %s', (sent, bytes, text) => {
    expect(describeReply(sent, hex(bytes))).toBe(text);
  });
});
