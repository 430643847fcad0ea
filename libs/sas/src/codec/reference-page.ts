import { denominations } from './denominations.js';
import { exceptionDefinitions } from './exceptions.js';
import { fixedSize } from './layout.js';
import { pollDefinitions, type PollDefinition } from './long-polls.js';
import { meterDefinitions, meterKey } from './meters.js';
import { notationOfAll, words } from './notation.js';
import { realTimeLayouts } from './real-time-events.js';

const code = (value: number): string => `\`${meterKey(value)}\``;

type Row = readonly (string | number)[];

const line = (row: Row): string => `| ${row.join(' | ')} |`;

const table = (header: Row, rows: readonly Row[]): string =>
  [header, header.map(() => '---'), ...rows].map(line).join('\n');

const requestText = ({ request, lengthByte }: PollDefinition): string =>
  [lengthByte?.request ? 'length 1' : '', notationOfAll(request)].filter(Boolean).join('; ') || '—';

function responseText({ response, lengthByte, deferred }: PollDefinition): string {
  if (deferred) return `acknowledgement; later, to a general poll: ${notationOfAll(deferred)}`;
  if (response === 'acknowledgement') return response;
  return [lengthByte?.response ? 'length 1' : '', notationOfAll(response)].filter(Boolean).join('; ');
}

function replyBytes({ response, lengthByte }: PollDefinition): string {
  if (response === 'acknowledgement') return '1';
  const size = fixedSize(response);
  const frame = 4 + (lengthByte?.response ? 1 : 0);
  return size === null ? 'varies' : String(frame + size);
}

const pollRow = (poll: PollDefinition): Row => [
  code(poll.code),
  poll.name,
  `${poll.type}${poll.broadcast ? ', G' : ''}`,
  requestText(poll),
  responseText(poll),
  replyBytes(poll),
  poll.certainty,
];

/** The tables of the codec as the Markdown page docs/reference/sas.md. */
export const sasReferencePage = (): string => `# SAS

What the codec of \`libs/sas\` reads and writes. This page is made from its tables; \`npm run docs:sas\` writes it.

Known from: V a capture or a recomputed frame, 2+ two independent sources, D one description, K general knowledge without a source, ? the layout
is not public and its bytes are carried as they stand. The licensed specification was not used.

Sizes are bytes. BCD and text go most significant byte first, binary numbers least significant first. Amounts are credits of the accounting
denomination, in AFT and tickets minor units of the currency. A reply is address, command, data and CRC; a reply of 1 byte is the address, or the address
with its highest bit set for a refusal.

## Long polls

R reads, without a CRC in the request. S sets. M is about one game, 0000 for the whole machine. G may be sent to all machines, at address 0.

${table(
  ['code', 'poll', 'type', 'request', 'reply', 'reply bytes', 'known'],
  [...pollDefinitions].sort((a, b) => a.code - b.code).map(pollRow),
)}

## Exceptions

What a general poll is answered with. Those with priority are not queued but made when they are asked for, again and again until they are served; some
are known in both forms. The host answers some of them.

${table(
  ['code', 'exception', 'priority', 'the host then'],
  [...exceptionDefinitions.values()].map(({ code: value, name, priority, answer }) => [
    code(value),
    name,
    priority,
    answer ?? '',
  ]),
)}

## Real-time events

With real-time event reporting on (0E), an exception is \`address FF code data CRC\`, in answer to a general poll or in place of any other
answer. All codes but these carry no data.

${table(
  ['code', 'event', 'data', 'known'],
  Object.entries(realTimeLayouts).map(([name, { code: value, fields, certainty }]) => [
    code(value),
    words(name),
    notationOfAll(fields),
    certainty,
  ]),
)}

## Meters

Codes of 2F, 6F and AF. The size is that of 2F, which does not say it.

${table(
  ['code', 'meter', 'unit', 'bytes'],
  [...meterDefinitions.values()].map(({ code: value, name, unit, bytes }) => [code(value), name, unit, bytes]),
)}

## Denominations

${table(
  ['code', 'in 1/10 000 of the unit'],
  denominations.map(({ code: value, denomination }) => [code(value), denomination]),
)}
`;
