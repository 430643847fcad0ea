import { decodeDocument } from '../bson/decode.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf, int32, isNumeric, typeNameOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { wholeNumberOf } from '../query/arguments.js';
import { compileFilter } from '../query/matcher.js';
import type { Projection } from '../query/projection.js';
import { parseSort } from '../query/sort.js';
import { sorted } from '../query/sorting.js';
import { Computed, each, Mapped, Window } from '../query/source.js';
import { facet } from './facet.js';
import { group } from './group.js';
import { lookup } from './lookup.js';
import { compileProject, compileReplacement, compileSet, compileUnset } from './project.js';
import type { PipelineContext, RunStage, StageCompiler } from './stage.js';
import { parseStage } from './stage.js';
import { unwind } from './unwind.js';

const mapped =
  (projection: Projection): RunStage =>
  (source) =>
    new Mapped(source, projection);

export function stageDocument(name: string, operand: BsonValue, code: number): BsonDocument {
  if (operand instanceof Map) return operand;
  return refuseWith(code, `the ${name} stage specification must be an object, found: ${typeNameOf(operand)}`);
}

const match: StageCompiler = (operand, { variables }) => {
  const filter =
    operand instanceof Map ? operand : refuseWith(15_959, 'the match filter must be an expression in an object');
  const matches = compileFilter(filter, { variables });
  return (source) => new Mapped(source, (document) => (matches(document) ? document : undefined));
};

/** A sort that lets at most `limit` documents go on. They wait as bytes, whose sizes are known. */
export function sortStage(
  specification: BsonDocument,
  limit: number,
  { pace, scratch }: Pick<PipelineContext, 'pace' | 'scratch'>,
): RunStage {
  const options = {
    fields: parseSort(specification),
    limit,
    pace,
    scratch,
    documentOf: (document: BsonDocument) => document,
    keep: (document: BsonDocument) => encodeDocument(document),
    sizeOf: (bytes: Buffer) => bytes.length,
    form: { encode: (bytes: Buffer) => bytes, decode: (bytes: Buffer) => bytes },
  };
  return (source) => new Mapped(sorted(source, options), (bytes) => decodeDocument(bytes));
}

const sort: StageCompiler = (operand, context) => {
  const specification =
    operand instanceof Map ? operand : refuseWith(15_973, 'the $sort key specification must be an object');
  if (specification.size === 0) refuseWith(15_976, '$sort stage must have at least one sort key');
  return sortStage(specification, Number.POSITIVE_INFINITY, context);
};

export function countOperand(name: '$limit' | '$skip', operand: BsonValue): number {
  const number = wholeNumberOf(operand);
  const [code, least] = name === '$limit' ? [15_957, 1] : [15_956, 0];
  if (!isNumeric(operand) || number === undefined) {
    return refuseWith(
      2_107_201,
      `invalid argument to ${name} stage: Expected an integer: ${name}: ${typeNameOf(operand)}`,
    );
  }
  if (number < 0)
    refuseWith(
      code === 15_957 ? 2_107_201 : 5_107_200,
      `invalid argument to ${name} stage: Expected a non-negative number`,
    );
  if (number < least) refuseWith(15_958, 'the limit must be positive');
  return number;
}

const unset: StageCompiler = (operand) => {
  const paths = Array.isArray(operand) ? operand : [operand];
  if (paths.length === 0)
    refuseWith(31_119, '$unset specification must be a string or an array with at least one field');
  const names = paths.map((path) =>
    typeof path === 'string'
      ? path
      : refuseWith(31_120, '$unset specification must be a string or an array containing only string values'),
  );
  return mapped(compileUnset(names));
};

const replaceRoot: StageCompiler = (operand, { variables }) => {
  const newRoot = stageDocument('$replaceRoot', operand, 40_229).get('newRoot');
  if (newRoot === undefined) return refuseWith(40_231, 'no newRoot specified for the $replaceRoot stage');
  return mapped(compileReplacement(newRoot, variables));
};

const count: StageCompiler = (operand) => {
  if (typeof operand !== 'string') return refuseWith(40_156, 'the count field must be a non-empty string');
  if (operand === '') refuseWith(40_157, 'the count field must be a non-empty string');
  if (operand.startsWith('$')) refuseWith(40_158, 'the count field cannot be a $-prefixed path');
  if (operand.includes('.')) refuseWith(40_160, "the count field cannot contain '.'");
  return (source) =>
    new Computed(async () => {
      let total = 0;
      for await (const document of each(source)) total += document === undefined ? 0 : 1;
      return total === 0 ? [] : [new Map([[operand, int32(total)]])];
    });
};

const sortByCount: StageCompiler = (operand, context) => {
  const specification = documentOf({ _id: operand, count: documentOf({ $sum: int32(1) }) });
  if (!(typeof operand === 'string' && operand.startsWith('$')) && !(operand instanceof Map)) {
    refuseWith(40_149, 'the sortByCount field must be defined as a $-prefixed path or an expression inside an object');
  }
  const grouped = group(specification, context);
  const byCount = sortStage(documentOf({ count: int32(-1) }), Number.POSITIVE_INFINITY, context);
  return (source) => byCount(grouped(source));
};

const setFields =
  (name: string): StageCompiler =>
  (operand, { variables }) =>
    mapped(compileSet(stageDocument(name, operand, 40_272), variables));

export const stages: Readonly<Record<string, StageCompiler>> = {
  $addFields: setFields('$addFields'),
  $count: count,
  $facet: facet,
  $group: (operand, context) => group(operand, context),
  $limit: (operand) => {
    const limit = countOperand('$limit', operand);
    return (source) => new Window(source, 0, limit);
  },
  $lookup: lookup,
  $match: match,
  $project: (operand, { variables }) => mapped(compileProject(stageDocument('$project', operand, 15_969), variables)),
  $replaceRoot: replaceRoot,
  $replaceWith: (operand, { variables }) => mapped(compileReplacement(operand, variables)),
  $set: setFields('$set'),
  $skip: (operand) => {
    const skip = countOperand('$skip', operand);
    return (source) => new Window(source, skip, Number.POSITIVE_INFINITY);
  },
  $sort: sort,
  $sortByCount: sortByCount,
  $unset: unset,
  $unwind: (operand) => unwind(operand),
};

/** Stages of MongoDB that are refused by name; every other name is not one of MongoDB's. */
export const refusedStages: readonly string[] = [
  ...[
    '$bucket',
    '$bucketAuto',
    '$changeStream',
    '$changeStreamSplitLargeEvent',
    '$collStats',
    '$currentOp',
    '$densify',
  ],
  ...['$documents', '$fill', '$geoNear', '$graphLookup', '$indexStats', '$listLocalSessions', '$listSampledQueries'],
  ...['$listSearchIndexes', '$listSessions', '$merge', '$out', '$planCacheStats', '$redact', '$sample', '$search'],
  ...['$searchMeta', '$setWindowFields', '$shardedDataDistribution', '$unionWith', '$vectorSearch'],
];

export function compileStage(stage: BsonValue, context: PipelineContext): RunStage {
  const { name, operand } = parseStage(stage);
  const make = Object.hasOwn(stages, name) ? stages[name] : undefined;
  if (make !== undefined) return make(operand, context);
  if (refusedStages.includes(name)) refuse('CommandNotSupported', `The stage ${name} is not supported`);
  return refuse('UnrecognizedPipelineStage', `Unrecognized pipeline stage name: '${name}'`);
}
