import { keyOf } from '../bson/key-encoding.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { Int32, int32, typeNameOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { Computed, READ_AT_ONCE } from '../query/source.js';
import type { Accumulator, Hold } from './accumulators.js';
import { accumulatorFor } from './accumulators.js';
import type { DocumentExpression, Variables } from './expressions/expressions.js';
import { compileExpression } from './expressions/expressions.js';
import type { PipelineContext, RunStage } from './stage.js';

const MAX_GROUPS = 1_000_000;
/** Bytes that the values of all groups may take. */
const MAX_HELD_BYTES = 100 * 1024 * 1024;

interface Field {
  readonly name: string;
  readonly make: (hold: Hold) => Accumulator;
  readonly expression: DocumentExpression;
}

interface Group {
  readonly id: BsonValue;
  readonly accumulators: readonly Accumulator[];
}

/** `$group`: one document for each value of `_id`, in the order in which the values came. */
export function group(specification: BsonValue, { variables, pace }: PipelineContext): RunStage {
  if (!(specification instanceof Map)) {
    return refuseWith(15_947, `a group's fields must be specified in an object, found: ${typeNameOf(specification)}`);
  }
  const idSource = specification.get('_id');
  if (idSource === undefined) return refuseWith(15_955, 'a group specification must include an _id');
  const idExpression = compileExpression(idSource, variables);
  const fields = [...specification].filter(([name]) => name !== '_id').map((field) => parseField(field, variables));
  return (source) =>
    new Computed(async () => {
      const groups = new Map<string | number, Group>();
      const hold = heldWithin(MAX_HELD_BYTES);
      while (!source.done) {
        for (const document of await source.read(READ_AT_ONCE)) {
          const held = groupOf(groups, idExpression(document) ?? null, fields, hold);
          for (let index = 0; index < fields.length; index += 1) {
            held.accumulators[index]?.add(fields[index]?.expression(document));
          }
        }
        await pace.rest();
      }
      return [...groups.values()].map((held) => resultOf(held, fields));
    });
}

/** Counts what is kept, and refuses more than `maximum` bytes. */
function heldWithin(maximum: number): Hold {
  let held = 0;
  return (bytes) => {
    held += bytes;
    if (held > maximum) {
      refuse('QueryExceededMemoryLimit', `$group keeps more than ${maximum} bytes, which it does not write to disk`);
    }
  };
}

function groupOf(groups: Map<string | number, Group>, id: BsonValue, fields: readonly Field[], hold: Hold): Group {
  const key = keyText(id);
  const known = groups.get(key);
  if (known !== undefined) return known;
  if (groups.size >= MAX_GROUPS) refuse('ExceededMemoryLimit', `$group exceeded ${MAX_GROUPS} groups`);
  const created = { id, accumulators: fields.map(({ make }) => make(hold)) };
  groups.set(key, created);
  return created;
}

/** Equal values of different types must fall together, so all but plain text and small whole numbers go by their keys. */
function keyText(id: BsonValue): string | number {
  if (typeof id === 'string') return `s${id}`;
  if (id instanceof Int32) return id.value;
  if (typeof id === 'bigint' && BigInt.asIntN(32, id) === id) return Number(id);
  if (typeof id === 'object' && id !== null && 'value' in id && id.type === 1 && (id.value | 0) === id.value)
    return id.value;
  const key = keyOf(id).toString('latin1');
  return `k${key}`;
}

function resultOf({ id, accumulators }: Group, fields: readonly Field[]): BsonDocument {
  const result: BsonDocument = new Map([['_id', id]]);
  for (const [index, { name }] of fields.entries()) result.set(name, accumulators[index]?.result() ?? null);
  return result;
}

function parseField([name, value]: [string, BsonValue], variables: Variables): Field {
  if (!(value instanceof Map) || value.size === 0) {
    return refuseWith(40_234, `The field '${name}' must be an accumulator object`);
  }
  if (value.size !== 1) refuseWith(40_238, `The field '${name}' must specify one accumulator`);
  if (name.includes('.')) refuseWith(40_235, `The field name '${name}' cannot contain '.'`);
  if (name.startsWith('$')) refuseWith(40_236, `The field name '${name}' cannot be an operator name`);
  const [[operator, operand] = ['', null]] = value;
  if (operator === '$count') {
    if (!(operand instanceof Map) || operand.size > 0)
      refuse('TypeMismatch', '$count takes no arguments, i.e. $count:{}');
    return { name, make: accumulatorFor('$sum'), expression: () => int32(1) };
  }
  return { name, make: accumulatorFor(operator), expression: compileExpression(operand, variables) };
}
