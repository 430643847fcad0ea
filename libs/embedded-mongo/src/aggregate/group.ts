import { keyOf } from '../bson/key-encoding.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { int32 } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Source } from '../query/source.js';
import { Computed, each } from '../query/source.js';
import type { Accumulator } from './accumulators.js';
import { accumulatorFor } from './accumulators.js';
import type { Expression } from './expressions.js';
import { compileExpression } from './expressions.js';

const MAX_GROUPS = 1_000_000;

interface Field {
  readonly name: string;
  readonly make: () => Accumulator;
  readonly expression: Expression;
}

interface Group {
  readonly id: BsonValue;
  readonly accumulators: readonly Accumulator[];
}

/** `$group`: one document for each value of `_id`, in the order in which the values came. */
export function group(source: Source<BsonDocument>, specification: BsonDocument): Source<BsonDocument> {
  const idSource = specification.get('_id');
  if (idSource === undefined) return refuse('UnrecognizedAccumulator', 'a group specification must include an _id');
  const idExpression = compileExpression(idSource);
  const fields = [...specification].filter(([name]) => name !== '_id').map(parseField);
  return new Computed(async () => {
    const groups = new Map<string, Group>();
    for await (const document of each(source)) {
      const id = idExpression(document) ?? null;
      const held = groupOf(groups, id, fields);
      for (const [index, { expression }] of fields.entries()) held.accumulators[index]?.add(expression(document));
    }
    return [...groups.values()].map((held) => resultOf(held, fields));
  });
}

function groupOf(groups: Map<string, Group>, id: BsonValue, fields: readonly Field[]): Group {
  const key = typeof id === 'string' ? `s${id}` : keyText(id);
  const known = groups.get(key);
  if (known !== undefined) return known;
  if (groups.size >= MAX_GROUPS) refuse('QueryExceededMemoryLimit', `$group exceeded ${MAX_GROUPS} groups`);
  const created = { id, accumulators: fields.map(({ make }) => make()) };
  groups.set(key, created);
  return created;
}

const keyText = (id: BsonValue): string => `k${keyOf(id).toString('latin1')}`;

function resultOf({ id, accumulators }: Group, fields: readonly Field[]): BsonDocument {
  const result: BsonDocument = new Map([['_id', id]]);
  for (const [index, { name }] of fields.entries()) result.set(name, accumulators[index]?.result() ?? null);
  return result;
}

function parseField([name, value]: [string, BsonValue]): Field {
  const [operator, operand] = value instanceof Map ? ([...value][0] ?? []) : [];
  if (operator === undefined || operand === undefined || !operator.startsWith('$')) {
    return refuse('GroupFieldNotAccumulator', `The field '${name}' must be an accumulator object`);
  }
  if (name.includes('.')) refuse('GroupFieldNotAccumulator', `The field name '${name}' cannot contain '.'`);
  if (operator === '$count') return { name, make: accumulatorFor('$sum'), expression: () => int32(1) };
  return { name, make: accumulatorFor(operator), expression: compileExpression(operand) };
}
