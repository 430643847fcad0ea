import fc from 'fast-check';

import type { Field, Fields } from './fields.js';
import { pollDefinitions, type PollDefinition } from './long-polls.js';
import type { Answer, HostMessage, LongPoll, MachineMessage } from './messages.js';
import type { ExtendedMeterReading } from './meter-fields.js';
import { meterBytes } from './meters.js';
import { realTimeLayouts, type RealTimeEvent } from './real-time-events.js';

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

/** By the notation in the table, so that a new kind of field without an arbitrary fails the tests. */
function valueOf(field: Field<unknown>): fc.Arbitrary<unknown> {
  const size = field.bytes ?? 0;
  if (field.notation.endsWith(' unused')) return fc.constant(null);
  if (field.notation === `${size} BCD`) return fc.integer({ min: 0, max: 100 ** size - 1 });
  if (field.notation === `${size} binary`) return fc.integer({ min: 0, max: 256 ** size - 1 });
  if (field.notation === `${size} ASCII`) return text(size);
  if (field.notation === '1 flag') return fc.boolean();
  if (field.notation.startsWith('MMDDYYYY')) return times;
  if (field.notation.startsWith('ASCII to the end')) return fc.integer({ min: 0, max: 40 }).chain(text);
  if (field.notation.startsWith('meter codes, 1'))
    return fc.array(fc.integer({ min: 0, max: 0xff }), { maxLength: 10 });
  if (field.notation.startsWith('meter codes, 2')) {
    return fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 });
  }
  if (field.notation.startsWith('code 1')) return readings;
  if (field.notation.startsWith('code 2')) return fc.array(extendedReading, { maxLength: 12 });
  throw new Error(`no arbitrary for a field "${field.notation}"`);
}

const valuesOf = (fields: Fields): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueOf(field)])));

const plain = { noNullPrototype: true } as const;

export const longPollOf = ({ poll, request }: PollDefinition): fc.Arbitrary<LongPoll> =>
  fc
    .record({ address: addresses, data: valuesOf(request) }, plain)
    .map((parts) => ({ kind: 'long-poll', poll, ...parts }) as LongPoll);

export const hostMessages: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.record({ kind: fc.constant('general-poll' as const), address: fc.integer({ min: 0, max: 127 }) }, plain),
  ...pollDefinitions.map(longPollOf),
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
      return fc.oneof(event, busy, exception).map((reply): Exchange => [sent, reply]);
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
