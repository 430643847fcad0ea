import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf, int32, isNumeric } from '../bson/values.js';
import { refuse } from '../errors.js';
import { documentArgument, wholeNumberOf } from '../query/arguments.js';
import { findDocuments } from '../query/find.js';
import { compileFilter } from '../query/matcher.js';
import type { Query } from '../query/planner.js';
import { planQuery } from '../query/planner.js';
import { parseSort } from '../query/sort.js';
import { sorted } from '../query/sorting.js';
import type { Pace, Source } from '../query/source.js';
import { Computed, each, listed, Mapped, Window } from '../query/source.js';
import type { Collection } from '../storage/collection.js';
import type { Store } from '../storage/store.js';
import { compileProject } from './project.js';
import { group } from './group.js';

const MAX_STAGES = 1_000;

export interface PipelineOptions {
  readonly pace: Pace;
  readonly hint: Query['hint'];
}

type Documents = Source<BsonDocument>;
type Stage = (source: Documents, operand: BsonValue) => Documents;

const stages: Readonly<Record<string, Stage>> = {
  $match: (source, operand) => {
    const matches = compileFilter(documentArgument(operand, '$match'));
    return new Mapped(source, (document) => (matches(document) ? document : undefined));
  },
  $sort: (source, operand) => sortedDocuments(source, documentArgument(operand, '$sort'), Number.POSITIVE_INFINITY),
  $limit: (source, operand) => new Window(source, 0, countOperand('$limit', operand, 1)),
  $skip: (source, operand) => new Window(source, countOperand('$skip', operand, 0), Number.POSITIVE_INFINITY),
  $project: (source, operand) => new Mapped(source, compileProject(documentArgument(operand, '$project'))),
  $group: (source, operand) => group(source, documentArgument(operand, '$group')),
  $count: countStage,
};

/** Runs a pipeline. What it begins with of `$match`, `$sort`, `$skip` and `$limit` is planned like a find. */
export function runPipeline(
  store: Store,
  collection: Collection | undefined,
  pipeline: readonly BsonDocument[],
  options: PipelineOptions,
): Documents {
  if (pipeline.length > MAX_STAGES)
    refuse('FailedToParse', `Pipeline length must be no longer than ${MAX_STAGES} stages`);
  const parsed = pipeline.map(parseStage);
  const front = parsed[0]?.name === '$match' ? documentArgument(parsed[0].operand, '$match') : documentOf();
  let rest = parsed.slice(front.size > 0 || parsed[0]?.name === '$match' ? 1 : 0);
  const sortSource = rest[0]?.name === '$sort' ? documentArgument(rest[0].operand, '$sort') : undefined;
  if (sortSource !== undefined) rest = rest.slice(1);
  const sort = sortSource === undefined ? [] : parseSort(sortSource);
  const limit = sort.length > 0 && rest[0]?.name === '$limit' ? countOperand('$limit', rest[0].operand, 1) : undefined;
  const matches = compileFilter(front);
  const start: Documents =
    collection === undefined
      ? new Mapped(listed<BsonDocument>([]), (document) => (matches(document) ? document : undefined))
      : new Mapped(
          findDocuments(store, planQuery(collection, { filter: front, sort, hint: options.hint }), {
            sort,
            skip: 0,
            limit: limit ?? Number.POSITIVE_INFINITY,
            pace: options.pace,
          }),
          ({ document }) => document,
        );
  return joinSortAndLimit(rest).reduce<Documents>((source, { apply }) => apply(source), start);
}

interface ParsedStage {
  readonly name: string;
  readonly operand: BsonValue;
}

function parseStage(stage: BsonDocument): ParsedStage {
  const [first, ...more] = stage;
  if (first === undefined || more.length > 0) {
    return refuse('UnrecognizedPipelineStage', 'A pipeline stage specification object must contain exactly one field.');
  }
  const [name, operand] = first;
  if (!Object.hasOwn(stages, name)) refuse('UnrecognizedPipelineStage', `Unrecognized pipeline stage name: '${name}'`);
  return { name, operand };
}

/** A `$sort` that a `$limit` follows need only keep that many. */
function joinSortAndLimit(rest: readonly ParsedStage[]): { apply: (source: Documents) => Documents }[] {
  return rest.map(({ name, operand }, index) => {
    const next = rest[index + 1];
    if (name === '$sort' && next?.name === '$limit') {
      const limit = countOperand('$limit', next.operand, 1);
      return { apply: (source) => sortedDocuments(source, documentArgument(operand, '$sort'), limit) };
    }
    const stage = stages[name];
    return { apply: (source) => (stage === undefined ? source : stage(source, operand)) };
  });
}

const ROUGH_DOCUMENT_BYTES = 512;

function sortedDocuments(source: Documents, specification: BsonDocument, limit: number): Documents {
  return sorted(source, {
    fields: parseSort(specification),
    limit,
    documentOf: (document: BsonDocument) => document,
    keep: (document: BsonDocument) => document,
    sizeOf: () => ROUGH_DOCUMENT_BYTES,
  });
}

function countOperand(name: string, operand: BsonValue, least: number): number {
  const number = wholeNumberOf(operand);
  if (!isNumeric(operand) || number === undefined || number < least) {
    return refuse(
      'BadValue',
      `invalid argument to ${name} stage: the limit must be a whole number of at least ${least}`,
    );
  }
  return number;
}

function countStage(source: Documents, operand: BsonValue): Documents {
  if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
    return refuse('BadValue', 'the count field must be a non-empty string without dots and dollars');
  }
  return new Computed(async () => {
    let total = 0;
    for await (const document of each(source)) total += document === undefined ? 0 : 1;
    return total === 0 ? [] : [new Map([[operand, int32(total)]])];
  });
}
