import { crcBytes } from './crc.js';
import type { Fault } from './fault.js';
import { fixedSize, leastSize } from './layout.js';
import { definitionOf, definitionOfCode, type PollDefinition } from './long-polls.js';
import type { HostMessage } from './messages.js';
import { realTimeLayoutOf } from './real-time-events.js';

/** The highest bit of an address byte: a general poll from the host, a refusal from the machine. */
export const highestBit = 0x80;
/** Stands where the command byte stands when a real-time event takes the place of an answer. */
export const realTimeMark = 0xff;

const headerBytes = 2;
const maximumLengthByte = 0xff;
const longestEvent = headerBytes + 1 + 10 + crcBytes;

/**
 * What the bytes so far are. `complete-on-silence`: the first `length` bytes are a whole message unless more follow within
 * the inter-byte gap (5 ms), because one byte may be an answer of its own or the start of a frame.
 */
export type Framing =
  | { readonly status: 'more'; readonly atLeast: number }
  | { readonly status: 'complete' | 'complete-on-silence'; readonly length: number }
  | { readonly status: 'fault'; readonly fault: Fault };

const more = (atLeast: number): Framing => ({ status: 'more', atLeast });
const fault = (kind: Fault['kind'], offset: number): Framing => ({ status: 'fault', fault: { kind, offset } });

const reached = (bytes: Uint8Array, length: number): Framing =>
  bytes.length < length ? more(length) : { status: 'complete', length };

/** Where the layout is not public, only the silence of the line shows the end. */
const untilSilence = (bytes: Uint8Array): Framing =>
  bytes.length < headerBytes + crcBytes
    ? more(headerBytes + crcBytes)
    : { status: 'complete-on-silence', length: bytes.length };

function lengthOf(bytes: Uint8Array, size: number | null, lengthByte: boolean): Framing {
  if (!lengthByte && size === null) return untilSilence(bytes);
  if (!lengthByte) return reached(bytes, headerBytes + (size ?? 0) + crcBytes);
  const announced = bytes[headerBytes];
  return announced === undefined ? more(headerBytes + 1) : reached(bytes, headerBytes + 1 + announced + crcBytes);
}

function requestLength(definition: PollDefinition, bytes: Uint8Array): Framing {
  if (definition.type === 'R') return reached(bytes, headerBytes);
  return lengthOf(bytes, fixedSize(definition.request), definition.lengthByte?.request ?? false);
}

/**
 * Frames what a host sends, from the byte with the wakeup bit on. A poll outside the table is the fault `unknown`. `asRead` are
 * codes that the machine takes as plain reads.
 */
export function frameRequest(bytes: Uint8Array, asRead?: ReadonlySet<number>): Framing {
  const [first, command] = bytes;
  if (first === undefined) return more(1);
  if (first >= highestBit) return { status: 'complete', length: 1 };
  if (command === undefined) return more(headerBytes);
  const definition = definitionOfCode(command, asRead);
  return definition ? requestLength(definition, bytes) : fault('unknown', 1);
}

function eventLength(bytes: Uint8Array): Framing {
  const code = bytes[headerBytes];
  if (code === undefined) return more(headerBytes + 1);
  const size = fixedSize(realTimeLayoutOf(code)?.fields ?? {}) ?? 0;
  return reached(bytes, headerBytes + 1 + size + crcBytes);
}

function answerLength(definition: PollDefinition, bytes: Uint8Array): Framing {
  if (definition.response === 'acknowledgement' || bytes[1] !== definition.code) return fault('unknown', 1);
  return lengthOf(bytes, fixedSize(definition.response), definition.lengthByte?.response ?? false);
}

/**
 * Frames what a machine answers to `sent`, byte by byte as they come: a single byte, the data of the poll, a real-time event in
 * its place, or busy.
 */
export function frameReply(sent: HostMessage, bytes: Uint8Array): Framing {
  const [first, second] = bytes;
  if (first === undefined) return more(1);
  if (first !== sent.address) {
    const single = sent.kind === 'general-poll' || first === (sent.address | highestBit);
    return single ? { status: 'complete', length: 1 } : fault('wrong-address', 0);
  }
  if (second === undefined) return { status: 'complete-on-silence', length: 1 };
  if (second === realTimeMark) return eventLength(bytes);
  if (second === 0) return { status: 'complete', length: headerBytes };
  return sent.kind === 'general-poll' ? deferredLength(second, bytes) : answerLength(definitionOf(sent.poll), bytes);
}

/** The result of an earlier poll (21), in answer to a general poll. Anything else begins with an exception. */
function deferredLength(command: number, bytes: Uint8Array): Framing {
  const fields = definitionOfCode(command)?.deferred;
  return fields ? reached(bytes, headerBytes + (fixedSize(fields) ?? 0) + crcBytes) : { status: 'complete', length: 1 };
}

/** How many bytes a host leaves time for before it heard any: what answers the poll, or an event in its place. */
export function expectedReply(sent: HostMessage): number {
  if (sent.kind === 'general-poll') return longestEvent;
  const { response, lengthByte } = definitionOf(sent.poll);
  if (response === 'acknowledgement') return longestEvent;
  const bytes = headerBytes + (lengthByte?.response ? 1 : 0) + leastSize(response) + bytesOfMeters(sent) + crcBytes;
  return Math.max(longestEvent, bytes);
}

/** 2F and 6F: each meter that is asked for is answered by its code, its size and at least four bytes. */
const bytesOfMeters = ({ data }: Extract<HostMessage, { kind: 'long-poll' }>): number =>
  'codes' in data ? data.codes.length * bytesOfMeter : 0;
const bytesOfMeter = 7;

/** The longest answer that a host must leave time for, in bytes, events in place of the answer included. */
export function longestReply(sent: HostMessage): number {
  if (sent.kind === 'general-poll') return longestEvent;
  const definition = definitionOf(sent.poll);
  if (definition.response === 'acknowledgement') return longestEvent;
  const size = fixedSize(definition.response) ?? maximumLengthByte;
  return Math.max(longestEvent, headerBytes + (definition.lengthByte ? 1 : 0) + size + crcBytes);
}
