import { crcBytes, crcHolds, withCrc } from './crc.js';
import { decoded, faulty, type Decoded } from './fault.js';
import { frameReply, highestBit, realTimeMark } from './framing.js';
import { decodeFields, encodeBody, encodeFields } from './layout.js';
import { definitionOf, definitionOfCode, type PollDefinition } from './long-polls.js';
import type { Answer, DeferredAnswer, HostMessage, MachineMessage, RealTimeEventReport } from './messages.js';
import { codeOfEvent, realTimeLayoutOf, type RealTimeEvent } from './real-time-events.js';

function encodeAnswer({ address, poll, data }: Answer): Uint8Array {
  const { code, response, lengthByte } = definitionOf(poll);
  if (response === 'acknowledgement') throw new RangeError(`"${poll}" is answered with one byte`);
  const frame = [address, code];
  encodeBody(response, lengthByte?.response, data, frame);
  return withCrc(frame);
}

function encodeDeferred({ address, poll, data }: DeferredAnswer): Uint8Array {
  const { code, deferred } = definitionOf(poll);
  const frame: number[] = [address, code];
  encodeFields(deferred ?? {}, data, frame);
  return withCrc(frame);
}

function encodeEvent({ address, event }: RealTimeEventReport): Uint8Array {
  const code = codeOfEvent(event);
  const fields = realTimeLayoutOf(code)?.fields ?? {};
  const frame = [address, realTimeMark, code];
  encodeFields(fields, event.name === 'plain' ? {} : event.data, frame);
  return withCrc(frame);
}

/**
 * The bytes of a machine's message, all without the wakeup bit.
 * @throws {RangeError} when a value does not fit its field
 */
export function encodeReply(message: MachineMessage): Uint8Array {
  switch (message.kind) {
    case 'exception':
      return Uint8Array.of(message.code);
    case 'acknowledged':
      return Uint8Array.of(message.address);
    case 'refused':
      return Uint8Array.of(message.address | highestBit);
    case 'busy':
      return Uint8Array.of(message.address, 0);
    case 'real-time-event':
      return encodeEvent(message);
    case 'answer':
      return encodeAnswer(message);
    case 'deferred-answer':
      return encodeDeferred(message);
  }
}

function decodeEvent(address: number, bytes: Uint8Array): Decoded<MachineMessage> {
  if (!crcHolds(bytes)) return faulty('bad-crc', bytes.length - crcBytes);
  const code = bytes[2] ?? 0;
  const layout = realTimeLayoutOf(code);
  if (!layout) return decoded({ kind: 'real-time-event', address, event: { name: 'plain', code } });
  const outcome = decodeFields(layout.fields, bytes, 3, bytes.length - crcBytes);
  if (!outcome.ok) return outcome;
  return decoded({
    kind: 'real-time-event',
    address,
    event: { name: layout.name, data: outcome.values } as RealTimeEvent,
  });
}

function decodeAnswer(definition: PollDefinition, bytes: Uint8Array): Decoded<MachineMessage> {
  if (definition.response === 'acknowledgement') return faulty('unknown', 1);
  if (!crcHolds(bytes)) return faulty('bad-crc', bytes.length - crcBytes);
  const from = definition.lengthByte?.response ? 3 : 2;
  const outcome = decodeFields(definition.response, bytes, from, bytes.length - crcBytes);
  if (!outcome.ok) return outcome;
  const message = { kind: 'answer', address: bytes[0] ?? 0, poll: definition.poll, data: outcome.values };
  return decoded(message as Answer);
}

function decodeDeferred(command: number, bytes: Uint8Array): Decoded<MachineMessage> {
  const definition = definitionOfCode(command);
  if (!definition?.deferred) return faulty('unknown', 1);
  if (!crcHolds(bytes)) return faulty('bad-crc', bytes.length - crcBytes);
  const outcome = decodeFields(definition.deferred, bytes, 2, bytes.length - crcBytes);
  if (!outcome.ok) return outcome;
  const message = { kind: 'deferred-answer', address: bytes[0] ?? 0, poll: definition.poll, data: outcome.values };
  return decoded(message as DeferredAnswer);
}

function decodeSingle(sent: HostMessage, byte: number): MachineMessage {
  if (sent.kind === 'general-poll') return { kind: 'exception', code: byte };
  if (byte !== sent.address) return { kind: 'refused', address: sent.address };
  const acknowledges = definitionOf(sent.poll).response === 'acknowledgement';
  return { kind: acknowledges ? 'acknowledged' : 'busy', address: sent.address };
}

/**
 * Reads one whole answer to `sent`; never throws. To a general poll the byte `address OR 80` is read as the exception it also is: some
 * machines mean "busy" by it, which only a profile can know.
 */
export function decodeReply(sent: HostMessage, bytes: Uint8Array): Decoded<MachineMessage> {
  const framing = frameReply(sent, bytes);
  if (framing.status === 'fault') return { ok: false, fault: framing.fault };
  if (framing.status === 'more') return faulty('short', bytes.length);
  if (framing.length < bytes.length) return faulty('long', framing.length);
  const [first = 0, second] = bytes;
  if (second === undefined) return decoded(decodeSingle(sent, first));
  if (second === realTimeMark) return decodeEvent(sent.address, bytes);
  if (second === 0) return decoded({ kind: 'busy', address: sent.address });
  return sent.kind === 'long-poll' ? decodeAnswer(definitionOf(sent.poll), bytes) : decodeDeferred(second, bytes);
}
