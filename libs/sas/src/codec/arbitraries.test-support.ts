import fc from 'fast-check';

import type { Field, Fields } from './field.js';
import { definitionOfCode, pollDefinitions, type PollDefinition } from './long-polls.js';
import type { Answer, HostMessage, LongPoll, MachineMessage } from './messages.js';
import type { ExtendedMeterReading } from './meter-fields.js';
import { meterBytes } from './meters.js';
import { realTimeLayouts, type RealTimeEvent } from './real-time-events.js';

const plain = { noNullPrototype: true } as const;

export const addresses = fc.integer({ min: 1, max: 127 });

const text = (bytes: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0x20, max: 0xff }), { minLength: bytes, maxLength: bytes })
    .map((codes) => String.fromCharCode(...codes));

const times = fc
  .date({ min: new Date('1990-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 19));

const readings = fc.array(
  fc
    .integer({ min: 0, max: 0xff })
    .chain((code) => fc.integer({ min: 0, max: 100 ** meterBytes(code) - 1 }).map((value) => ({ code, value }))),
  { maxLength: 10 },
);

const extendedReading = fc
  .tuple(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 7 }))
  .chain(([code, bytes]): fc.Arbitrary<ExtendedMeterReading> =>
    bytes === 0
      ? fc.constant({ code, bytes, value: null })
      : fc.integer({ min: 0, max: 100 ** bytes - 1 }).map((value) => ({ code, bytes, value })),
  );

const hexText = (minimum: number, maximum: number): fc.Arbitrary<string> =>
  fc
    .uint8Array({ minLength: minimum, maxLength: maximum })
    .map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase());

const sizedMeters = fc
  .integer({ min: 0, max: 9 })
  .chain((bytes) => fc.bigInt({ min: 0n, max: 100n ** BigInt(bytes) - 1n }).map((value) => ({ bytes, value })));

const longestList = 3;

/** Values of any form in the table; a new form without an arbitrary does not compile. */
function valueOf({ form }: Field<unknown>): fc.Arbitrary<unknown> {
  switch (form.kind) {
    case 'unused':
      return fc.constant(null);
    case 'bcd':
      return fc.integer({ min: 0, max: 100 ** form.bytes - 1 });
    case 'digits':
      return fc
        .array(fc.integer({ min: 0, max: 9 }), { minLength: 2 * form.bytes, maxLength: 2 * form.bytes })
        .map((all) => all.join(''));
    case 'binary':
      return fc.integer({ min: 0, max: 256 ** form.bytes - 1 });
    case 'ascii':
      return text(form.bytes);
    case 'hex':
      return hexText(form.bytes, form.bytes);
    case 'flag':
      return fc.boolean();
    case 'time':
      return times;
    case 'time-or-nothing':
      return fc.option(times);
    case 'text':
    case 'ascii-to-the-end':
      return fc.integer({ min: 0, max: form.maximum }).chain(text);
    case 'counted-hex':
    case 'hex-to-the-end':
      return hexText(0, Math.min(form.maximum, 60));
    case 'sized-meter':
      return sizedMeters;
    case 'list':
    case 'counted-list':
      return fc.array(valuesOf(form.item), { maxLength: Math.min(form.maximum, longestList) });
    case 'optional':
      return fc.option(valuesOf(form.fields));
    case 'meter-codes':
      return fc.array(fc.integer({ min: 0, max: 0xff }), { maxLength: form.maximum });
    case 'extended-meter-codes':
      return fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: form.maximum });
    case 'meter-readings':
      return readings;
    case 'extended-meter-readings':
      return fc.array(extendedReading, { maxLength: form.maximum });
  }
}

const valuesOf = (fields: Fields): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)])), plain);

/** A poll whose layout is not public ends with the silence of the line. */
export const endsInSilence = ({ request, response }: PollDefinition): boolean =>
  [request, response].some((fields) => fields !== 'acknowledgement' && 'bytes' in fields);

export const longPollOf = ({ poll, request }: PollDefinition): fc.Arbitrary<LongPoll> =>
  fc
    .record({ address: addresses, data: valuesOf(request) }, plain)
    .map((parts) => ({ kind: 'long-poll', poll, ...parts }) as LongPoll);

/** A0 without a game is found by no code: a machine's profile says that it is meant. */
const findable = pollDefinitions.filter(({ poll, code }) => definitionOfCode(code)?.poll === poll);

export const hostMessages: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.record({ kind: fc.constant('general-poll' as const), address: fc.integer({ min: 0, max: 127 }) }, plain),
  ...findable.map(longPollOf),
);

export const events: fc.Arbitrary<RealTimeEvent> = fc.oneof(
  fc.constantFrom(0x00, 0x11, 0x1f, 0x51, 0x66, 0xf3).map((code) => ({ name: 'plain' as const, code })),
  ...Object.entries(realTimeLayouts).map(([name, { fields }]) =>
    valuesOf(fields).map((data) => ({ name, data }) as RealTimeEvent),
  ),
);

export type Exchange = readonly [HostMessage, MachineMessage];

/** A message of the host and one of the answers that a machine may give to it. */
export const exchanges: fc.Arbitrary<Exchange> = hostMessages
  .filter(({ address }) => address > 0)
  .chain((sent): fc.Arbitrary<Exchange> => {
    const { address } = sent;
    const event = events.map((each): MachineMessage => ({ kind: 'real-time-event', address, event: each }));
    const busy = fc.constant<MachineMessage>({ kind: 'busy', address });
    if (sent.kind === 'general-poll') {
      const exception = fc.integer({ min: 0, max: 255 }).map((code): MachineMessage => ({ kind: 'exception', code }));
      const deferred = valuesOf(definitionOfCode(0x21)?.deferred ?? {}).map(
        (data) => ({ kind: 'deferred-answer', address, poll: 'romSignature', data }) as MachineMessage,
      );
      return fc.oneof(event, busy, exception, deferred).map((reply): Exchange => [sent, reply]);
    }
    const response = pollDefinitions.find(({ poll }) => poll === sent.poll)?.response ?? 'acknowledgement';
    const proper =
      response === 'acknowledgement'
        ? fc
            .constantFrom('acknowledged' as const, 'refused' as const)
            .map((kind): MachineMessage => ({ kind, address }))
        : valuesOf(response).map((data) => ({ kind: 'answer', address, poll: sent.poll, data }) as Answer);
    return fc.oneof(event, busy, proper).map((reply): Exchange => [sent, reply]);
  });
