import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf, Regex, typeNameOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { pathOf } from '../query/paths.js';
import { valuesAt } from '../query/sort.js';
import { each } from '../query/source.js';
import { bsonUndefined } from '../bson/values.js';
import { encodeDocument } from '../bson/encode.js';
import { Expanded } from './expanded.js';
import { checkVariableName } from './expressions/compile.js';
import type { Variables } from './expressions/expressions.js';
import { compileExpression } from './expressions/expressions.js';
import type { PipelineContext, StageCompiler } from './stage.js';
import { withField } from './unwind.js';

/** Bytes that the documents joined to one may take, as MongoDB has it. */
const MAX_JOINED_BYTES = 100 * 1024 * 1024;
const FIELDS = ['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'];

interface Join {
  readonly from: string;
  readonly as: string;
  readonly local: string | undefined;
  readonly foreign: string | undefined;
  readonly variables: BsonDocument;
  readonly pipeline: readonly BsonValue[];
}

/** `$lookup`: by equality of two fields, by a pipeline with variables, or by both. */
export const lookup: StageCompiler = (operand, context) => {
  const join = parse(operand);
  const definitions = [...join.variables].map(([name, value]) => {
    checkVariableName(name);
    return [name, compileExpression(value, context.variables)] as const;
  });
  return (source) =>
    new Expanded(source, async (document) => {
      const variables = new Map(context.variables);
      for (const [name, value] of definitions) variables.set(name, value(document) ?? null);
      return [withField(document, pathOf(join.as), await joined(join, document, variables, context))];
    });
};

function parse(operand: BsonValue): Join {
  if (!(operand instanceof Map)) {
    return refuse('FailedToParse', `the $lookup specification must be an object, but found ${typeNameOf(operand)}`);
  }
  for (const name of operand.keys()) {
    if (!FIELDS.includes(name)) refuse('FailedToParse', `unknown argument to $lookup: ${name}`);
  }
  const text = (name: string): string | undefined => {
    const value = operand.get(name);
    if (value === undefined || typeof value === 'string') return value;
    return refuse('FailedToParse', `$lookup argument '${name}' must be a string, found ${typeNameOf(value)}`);
  };
  const pipeline = operand.get('pipeline') ?? [];
  if (!Array.isArray(pipeline)) return refuse('TypeMismatch', "'pipeline' option must be specified as an array");
  const [local, foreign] = [text('localField'), text('foreignField')];
  if ((local === undefined) !== (foreign === undefined)) {
    refuse('FailedToParse', "$lookup requires both or neither of 'localField' and 'foreignField' to be specified");
  }
  if (local === undefined && !operand.has('pipeline')) {
    refuse(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  }
  const variables = operand.get('let') ?? documentOf();
  if (!(variables instanceof Map)) return refuse('FailedToParse', "$lookup argument 'let' must be an object");
  const from = text('from') ?? refuse('FailedToParse', "missing 'from' option to $lookup stage specification");
  const as = text('as') ?? refuse('FailedToParse', "must specify 'as' field for a $lookup");
  return { from, as, local, foreign, variables, pipeline };
}

async function joined(
  join: Join,
  document: BsonDocument,
  variables: Variables,
  context: PipelineContext,
): Promise<BsonValue> {
  const { local, foreign, from, pipeline } = join;
  const equal =
    local === undefined || foreign === undefined ? [] : [documentOf({ $match: equality(document, local, foreign) })];
  const namespace = { database: context.database, name: from };
  const source = context.runNested(namespace, [...equal, ...pipeline], { ...context, variables });
  const found: BsonValue[] = [];
  let bytes = 0;
  for await (const one of each(source)) {
    found.push(one);
    bytes += encodeDocument(one).length;
    if (bytes > MAX_JOINED_BYTES)
      refuseWith(4_568, 'Total size of documents in the joined collection exceeds maximum document size');
  }
  return found;
}

/** A missing local field matches null and missing ones; an array matches any of its elements. */
function equality(document: BsonDocument, local: string, foreign: string): BsonDocument {
  const values = valuesAt(document, pathOf(local)).filter((value) => value !== bsonUndefined);
  const plain = values.filter((value) => !(value instanceof Regex));
  const patterns = values.filter((value) => value instanceof Regex);
  const wanted: BsonDocument[] = patterns.map((pattern) => new Map([[foreign, documentOf({ $eq: pattern })]]));
  wanted.push(new Map([[foreign, documentOf({ $in: plain })]]));
  return wanted.length === 1 && wanted[0] !== undefined ? wanted[0] : documentOf({ $or: wanted });
}
