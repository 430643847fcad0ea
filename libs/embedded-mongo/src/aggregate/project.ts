import type { BsonDocument, BsonValue } from '../bson/values.js';
import { isNumeric } from '../bson/values.js';
import { refuse } from '../errors.js';
import type { Projection } from '../query/projection.js';
import { compileProjection } from '../query/projection.js';
import type { Expression } from './expressions.js';
import { compileExpression } from './expressions.js';

/** `$project`: fields kept or left out, and fields computed by expressions at the top level. */
export function compileProject(specification: BsonDocument): Projection {
  if (specification.size === 0)
    return refuse('UnsupportedExpression', '$project specification must have at least one field');
  const plain: BsonDocument = new Map();
  const computed: [string, Expression][] = [];
  for (const [name, value] of specification) {
    if (isFlag(value)) plain.set(name, value);
    else if (name.includes('.'))
      refuse('CommandNotSupported', `a computed field below the top level is not supported: ${name}`);
    else computed.push([name, compileExpression(value)]);
  }
  if (computed.length === 0) return compileProjection(specification) ?? ((document) => document);
  const onlyId = [...plain.keys()].every((name) => name === '_id');
  const keep = onlyId ? idOnly(plain.get('_id') ?? true) : (compileProjection(plain) ?? idOnly(true));
  return (document) => {
    const result = new Map(keep(document));
    for (const [name, expression] of computed) {
      const value = expression(document);
      if (value !== undefined) result.set(name, value);
    }
    return result;
  };
}

const isFlag = (value: BsonValue): boolean => typeof value === 'boolean' || isNumeric(value);

function idOnly(flag: BsonValue): Projection {
  const wanted = flag === true || (isNumeric(flag) && typeof flag !== 'bigint' && 'value' in flag && flag.value !== 0);
  return (document) => {
    const id = document.get('_id');
    return wanted && id !== undefined ? new Map([['_id', id]]) : new Map();
  };
}
