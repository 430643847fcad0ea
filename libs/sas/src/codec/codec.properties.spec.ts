import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { endsInSilence, exchanges, hostMessages } from './arbitraries.test-support.js';
import { frameReply, frameRequest, longestReply } from './framing.js';
import { decodeRequest, encodeRequest } from './host-messages.js';
import { definitionOf } from './long-polls.js';
import { decodeReply, encodeReply } from './machine-messages.js';

const faultKinds = ['bad-crc', 'wrong-address', 'short', 'long', 'bad-bcd', 'unknown'];

const mutated = (frame: Uint8Array, at: number, change: number): Uint8Array =>
  frame.map((byte, index) => (index === at % frame.length ? byte ^ change : byte));

describe('every message of a host', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(hostMessages, (message) => {
        expect(decodeRequest(encodeRequest(message))).toEqual({ ok: true, message });
      }),
    );
  });

  it('is framed byte by byte, and complete only with its last byte', () => {
    fc.assert(
      fc.property(hostMessages, (message) => {
        const frame = encodeRequest(message);
        const silent = message.kind === 'long-poll' && endsInSilence(definitionOf(message.poll));
        for (let length = 0; length < frame.length; length += 1) {
          const { status } = frameRequest(frame.subarray(0, length));
          expect(silent ? ['more', 'complete-on-silence'] : ['more']).toContain(status);
          const cut = frame.subarray(0, length);
          const outcome = decodeRequest(cut);
          // Two bytes of a message of any length can be, by chance, the checksum of those before them.
          if (silent && outcome.ok) expect([...encodeRequest(outcome.message)]).toEqual([...cut]);
          else expect(outcome.ok).toBe(false);
        }
        expect(frameRequest(frame)).toMatchObject({ length: frame.length });
      }),
    );
  });

  it('with one byte changed is a fault, or another message that would be written like this', () => {
    fc.assert(
      fc.property(hostMessages, fc.nat(300), fc.integer({ min: 1, max: 255 }), (message, at, change) => {
        const frame = mutated(encodeRequest(message), at, change);
        const outcome = decodeRequest(frame);
        if (outcome.ok) expect([...encodeRequest(outcome.message)]).toEqual([...frame]);
        else expect(faultKinds).toContain(outcome.fault.kind);
      }),
    );
  });
});

describe('every answer of a machine', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(exchanges, ([sent, message]) => {
        const read = decodeReply(sent, encodeReply(message));
        const ambiguous = sent.kind === 'general-poll' && message.kind === 'refused';
        if (!ambiguous) expect(read).toEqual({ ok: true, message });
      }),
    );
  });

  it('is framed byte by byte and never runs past the longest answer', () => {
    fc.assert(
      fc.property(exchanges, ([sent, message]) => {
        const frame = encodeReply(message);
        for (let length = 0; length < frame.length; length += 1) {
          expect(['more', 'complete-on-silence']).toContain(frameReply(sent, frame.subarray(0, length)).status);
        }
        expect(frameReply(sent, frame)).toMatchObject({ length: frame.length });
        expect(frame.length).toBeLessThanOrEqual(longestReply(sent));
      }),
    );
  });

  it('with one byte changed is a fault, or another message that would be written like this', () => {
    fc.assert(
      fc.property(exchanges, fc.nat(300), fc.integer({ min: 1, max: 255 }), ([sent, message], at, change) => {
        const original = encodeReply(message);
        const frame = mutated(original, at, change);
        const outcome = decodeReply(sent, frame);
        if (!outcome.ok) expect(faultKinds).toContain(outcome.fault.kind);
        else
          expect(outcome.message.kind === 'busy' || [...encodeReply(outcome.message)].join() === frame.join()).toBe(
            true,
          );
      }),
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(hostMessages, fc.uint8Array({ maxLength: 300 }), (sent, bytes) => {
        decodeReply(sent, bytes);
        decodeRequest(bytes);
      }),
    );
  });
});
