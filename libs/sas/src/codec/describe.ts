import { isAnyException, nameOfException } from './exceptions.js';
import type { Fields, Form } from './field.js';
import { decodeRequest } from './host-messages.js';
import { entriesOf } from './layout.js';
import { definitionOf } from './long-polls.js';
import { decodeReply } from './machine-messages.js';
import type { HostMessage, MachineMessage } from './messages.js';
import { meterDefinitions, meterKey } from './meters.js';
import { words } from './notation.js';
import { codeOfEvent } from './real-time-events.js';

const faultNames = {
  'bad-crc': 'the CRC is wrong',
  'wrong-address': 'another address',
  short: 'it ends too early',
  long: 'it goes on too long',
  'bad-bcd': 'these are no decimal digits',
  unknown: 'not in the table',
} as const;

function valueText(form: Form, value: unknown): string {
  if (value === null) return 'none';
  if (form.kind === 'binary' && form.meanings && typeof value === 'number') {
    return `${meterKey(value)} (${form.meanings[value] ?? 'unknown'})`;
  }
  if (form.kind === 'binary' && form.bits && typeof value === 'number') {
    const on = Object.entries(form.bits).filter(([bit]) => Math.floor(value / 2 ** Number(bit)) % 2 === 1);
    return on.length === 0 ? 'none' : on.map(([, name]) => name).join(' and ');
  }
  if (form.kind === 'optional') return fieldsText(form.fields, value as Readonly<Record<string, unknown>>);
  if (form.kind === 'meter-readings' || form.kind === 'extended-meter-readings') return readingsText(value);
  return typeof value === 'string'
    ? `"${value.trim()}"`
    : JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
}

function readingsText(value: unknown): string {
  const readings = value as readonly { readonly code: number; readonly value: number | null }[];
  return readings
    .map(({ code, value: shown }) => `${meterDefinitions.get(code)?.name ?? meterKey(code)} ${shown ?? 'not there'}`)
    .join(', ');
}

const fieldsText = (fields: Fields, values: Readonly<Record<string, unknown>>): string =>
  entriesOf(fields)
    .filter(([, { form }]) => form.kind !== 'unused')
    .map(([name, { form }]) => `${words(name)} ${valueText(form, values[name])}`)
    .join('; ');

const called = (code: number): string =>
  isAnyException(code) ? `${meterKey(code)} ${nameOfException(code)}` : `${meterKey(code)}, not in the table`;

/** What a host's bytes say, in words. */
export function describeRequest(bytes: Uint8Array): string {
  const outcome = decodeRequest(bytes);
  if (!outcome.ok) return `not understood: ${faultNames[outcome.fault.kind]}, at byte ${outcome.fault.offset}`;
  const { message } = outcome;
  if (message.kind === 'general-poll') {
    return message.address === 0
      ? 'nobody: acknowledges, resynchronises'
      : `general poll of machine ${message.address}`;
  }
  const { name, request } = definitionOf(message.poll);
  const data = fieldsText(request, message.data);
  return `machine ${message.address}: ${name}${data === '' ? '' : ` (${data})`}`;
}

function messageText(message: MachineMessage): string {
  switch (message.kind) {
    case 'exception':
      return called(message.code);
    case 'acknowledged':
      return 'acknowledged';
    case 'refused':
      return 'refused';
    case 'busy':
      return 'busy: ask again';
    case 'real-time-event': {
      const { event } = message;
      const data = event.name === 'plain' ? '' : ` ${JSON.stringify(event.data)}`;
      return `event ${called(codeOfEvent(event))}${data}`;
    }
    case 'deferred-answer':
      return `${definitionOf(message.poll).name}: ${JSON.stringify(message.data)}`;
    case 'answer': {
      const { response } = definitionOf(message.poll);
      return response === 'acknowledgement' ? 'acknowledged' : fieldsText(response, message.data);
    }
  }
}

/** What a machine's bytes say in answer to `sent`, in words. */
export function describeReply(sent: HostMessage, bytes: Uint8Array): string {
  if (bytes.length === 0) return 'silence';
  const outcome = decodeReply(sent, bytes);
  if (outcome.ok) return messageText(outcome.message);
  return `not understood: ${faultNames[outcome.fault.kind]}, at byte ${outcome.fault.offset}`;
}
