import { accumulators } from '../aggregate/accumulators.js';
import { operatorKinds, operators } from '../aggregate/expressions/operators.js';
import { refusedStages, stages } from '../aggregate/stages.js';
import { indexOptions } from '../commands/index-specifications.js';
import { commandFields } from '../commands/registry.js';
import { fieldOperators, logicalOperators, refusedFilterOperators } from '../query/matcher.js';
import { updateOperators } from '../update/parse.js';
import { updateStages } from '../update/pipeline-update.js';
import { mongodbAccumulators, mongodbExpressions } from './mongodb-operators.js';

const list = (names: Iterable<string>): string =>
  [...new Set(names)]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ');

const missing = (all: readonly string[], supported: Iterable<string>): string[] => {
  const known = new Set(supported);
  return all.filter((name) => !known.has(name));
};

function section(title: string, lines: readonly string[]): string {
  return [`## ${title}`, '', ...lines, ''].join('\n');
}

const supported = (names: Iterable<string>): string => `- Supported: ${list(names)}.`;
const refused = (code: string, names: Iterable<string>): string => `- Refused (${code}): ${list(names)}.`;

const INTRODUCTION = `# The embedded document store: what it supports

This page is written by \`npm run reference:mongo\` from the tables that the engine itself works by; a test holds it to them.
The engine claims to be MongoDB 7.0, standalone. What stands here as supported behaves as it does there, errors included. What
is refused is refused with MongoDB's own code, and the message names it.
`;

function commands(): string {
  return [...commandFields()]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, fields]) => {
      if (fields === 'any') return `- \`${name}\`, with any argument`;
      return fields.length === 0 ? `- \`${name}\`` : `- \`${name}\`: ${list(fields)}`;
    })
    .join('\n');
}

/** The reference page as Markdown. */
export function referencePage(): string {
  const accumulating = [...Object.keys(accumulators), '$count'];
  return [
    INTRODUCTION,
    section('Commands and their arguments', [
      'Beside these every command takes `$db`, `lsid`, `comment`, `maxTimeMS`, `readConcern`, `writeConcern` and the version of',
      'the API. Any other command is refused with code 59, any other argument with code 40415.',
      '',
      commands(),
    ]),
    section('Query operators', [
      supported([...fieldOperators, ...logicalOperators]),
      refused('115', refusedFilterOperators),
      '- Any other is refused with code 2.',
    ]),
    section('Projections of a find', [
      '- Supported: inclusion, exclusion, `$slice`, `$elemMatch`, the positional `$`, and all expressions below.',
      refused('115', ['$meta']),
    ]),
    section('Update operators', [
      supported([...Object.keys(updateOperators), '$rename']),
      '- `$push` with `$each`, `$position`, `$slice`, `$sort`; `$addToSet` with `$each`.',
      '- Paths with `$`, `$[]` and `$[name]` (`arrayFilters`).',
      `- By pipeline: ${list(Object.keys(updateStages))}; any other stage is refused with code 72.`,
    ]),
    section('Aggregation stages', [
      supported(Object.keys(stages)),
      refused(
        '115',
        refusedStages.filter((name) => name !== '$changeStream'),
      ),
      refused('40573, as by a standalone', ['$changeStream']),
      '- Any other is refused with code 40324.',
    ]),
    section('Accumulators of `$group`', [
      supported(accumulating),
      refused('15952', missing(mongodbAccumulators, accumulating)),
    ]),
    section('Expression operators', [
      ...Object.entries(operatorKinds).map(([kind, some]) => `- Supported, ${kind}: ${list(Object.keys(some))}.`),
      refused('168', missing(mongodbExpressions, operators.keys())),
      '- Variables: `$$ROOT`, `$$CURRENT`, `$$NOW`, `$$REMOVE`, those of `let`, and those that `$let`, `$map`, `$filter` and `$reduce` bind.',
    ]),
    section('Indexes', [
      '- Supported: single, compound and multikey, ascending and descending.',
      `- Options: ${list(indexOptions)}.`,
      '- Refused (67): `text`, `2d`, `2dsphere`, `hashed` and wildcard indexes, `hidden: true`, and any other option.',
    ]),
    section('Not supported at all', [
      '- Transactions (code 20), change streams (40573), any collation but `simple` (115).',
      '- Views, capped, clustered and time-series collections, validators (72).',
      '- Users, roles, replication, sharding (59).',
    ]).trimEnd(),
    '',
  ].join('\n');
}
