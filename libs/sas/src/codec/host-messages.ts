import { crcBytes, crcHolds, withCrc } from './crc.js';
import { decoded, faulty, type Decoded } from './fault.js';
import { frameRequest, highestBit } from './framing.js';
import { decodeFields, encodeBody } from './layout.js';
import { definitionOf, definitionOfCode, type PollDefinition } from './long-polls.js';
import type { HostMessage, LongPoll } from './messages.js';

/** Addresses are 1 to 127; 0 is all machines, or nobody for a general poll. */
export const maximumAddress = 0x7f;

function assertAddress(address: number): void {
  if (!Number.isInteger(address) || address < 0 || address > maximumAddress) {
    throw new RangeError(`${address} is no SAS address`);
  }
}

function encodeLongPoll(message: LongPoll): Uint8Array {
  const definition = definitionOf(message.poll);
  const header = [message.address, definition.code];
  if (definition.type === 'R') return Uint8Array.from(header);
  encodeBody(definition.request, definition.lengthByte?.request, message.data, header);
  return withCrc(header);
}

/**
 * The bytes of a general poll or a long poll; the first goes out with the wakeup bit, the rest without.
 * @throws {RangeError} when the address or a value does not fit its field
 */
export function encodeRequest(message: HostMessage): Uint8Array {
  assertAddress(message.address);
  return message.kind === 'general-poll' ? Uint8Array.of(highestBit | message.address) : encodeLongPoll(message);
}

function decodeLongPoll(definition: PollDefinition, bytes: Uint8Array): Decoded<HostMessage> {
  const crc = definition.type === 'R' ? 0 : crcBytes;
  if (crc > 0 && !crcHolds(bytes)) return faulty('bad-crc', bytes.length - crcBytes);
  const from = definition.lengthByte?.request ? 3 : 2;
  const outcome = decodeFields(definition.request, bytes, from, bytes.length - crc);
  if (!outcome.ok) return outcome;
  const message = { kind: 'long-poll', address: bytes[0] ?? 0, poll: definition.poll, data: outcome.values };
  return decoded(message as LongPoll);
}

/**
 * Reads one whole message of a host, for any address: the machine decides whether it is meant. `asRead` are codes that it takes
 * as plain reads. Never throws.
 */
export function decodeRequest(bytes: Uint8Array, asRead?: ReadonlySet<number>): Decoded<HostMessage> {
  const framing = frameRequest(bytes, asRead);
  if (framing.status === 'fault') return { ok: false, fault: framing.fault };
  if (framing.status === 'more') return faulty('short', bytes.length);
  if (framing.length < bytes.length) return faulty('long', framing.length);
  const [first = 0, command = 0] = bytes;
  if (first >= highestBit) return decoded({ kind: 'general-poll', address: first & maximumAddress });
  const definition = definitionOfCode(command, asRead);
  return definition ? decodeLongPoll(definition, bytes) : faulty('unknown', 1);
}
