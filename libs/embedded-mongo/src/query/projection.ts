import type { BsonDocument, BsonValue } from '../bson/values.js';
import { isNumeric } from '../bson/values.js';
import { refuse } from '../errors.js';
import { flagOf } from './arguments.js';

export type Projection = (document: BsonDocument) => BsonDocument;

/** A tree of the named fields; a leaf is `true`. */
type Fields = Map<string, Fields | true>;

/** Compiles an inclusion or an exclusion; undefined where every field is wanted. Computed fields are refused. */
export function compileProjection(specification: BsonDocument): Projection | undefined {
  if (specification.size === 0) return undefined;
  const fields: Fields = new Map();
  let including: boolean | undefined;
  let withId: boolean | undefined;
  for (const [name, flag] of flatten(specification, '')) {
    if (name === '_id') {
      withId = flag;
      continue;
    }
    if (including !== undefined && including !== flag) {
      const [asked, other] = flag ? ['inclusion', 'exclusion'] : ['exclusion', 'inclusion'];
      refuse('MixedProjection', `Cannot do ${asked} on field ${name} in ${other} projection`);
    }
    including = flag;
    addField(fields, name);
  }
  if (including === undefined) including = withId === true;
  if (including ? withId !== false : withId === false) fields.set('_id', true);
  return including ? (document) => include(document, fields) : (document) => exclude(document, fields);
}

function* flatten(specification: BsonDocument, prefix: string): Generator<[string, boolean]> {
  for (const [name, value] of specification) {
    const path = prefix + name;
    if (name.startsWith('$') || name.endsWith('.$')) refuse('UnsupportedExpression', `Unknown expression ${name}`);
    if (value instanceof Map) {
      if (value.size === 0) refuse('FailedToParse', 'An empty sub-projection is not a valid value');
      yield* flatten(value, `${path}.`);
    } else if (typeof value === 'boolean' || isNumeric(value)) {
      yield [path, flagOf(value)];
    } else {
      refuse('CommandNotSupported', `a computed field in a projection is not supported: ${path}`);
    }
  }
}

function addField(fields: Fields, name: string): void {
  let level = fields;
  const path = name.split('.');
  const last = path.pop() ?? name;
  for (const component of path) {
    const next = level.get(component) ?? new Map<string, Fields | true>();
    if (next === true) return collide(name);
    level.set(component, next);
    level = next;
  }
  if (level.get(last) instanceof Map) return collide(name);
  level.set(last, true);
}

function collide(name: string): never {
  return refuse('UnsupportedExpression', `Path collision at ${name}`);
}

function include(document: BsonDocument, fields: Fields): BsonDocument {
  const result: BsonDocument = new Map();
  for (const [name, value] of document) {
    const wanted = fields.get(name);
    if (wanted === undefined) continue;
    const kept = wanted === true ? value : includeWithin(value, wanted);
    if (kept !== undefined) result.set(name, kept);
  }
  return result;
}

function includeWithin(value: BsonValue, fields: Fields): BsonValue | undefined {
  if (value instanceof Map) return include(value, fields);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((element) => {
    const kept = includeWithin(element, fields);
    return kept === undefined ? [] : [kept];
  });
}

function exclude(document: BsonDocument, fields: Fields): BsonDocument {
  const result: BsonDocument = new Map();
  for (const [name, value] of document) {
    const unwanted = fields.get(name);
    if (unwanted === true) continue;
    result.set(name, unwanted === undefined ? value : excludeWithin(value, unwanted));
  }
  return result;
}

function excludeWithin(value: BsonValue, fields: Fields): BsonValue {
  if (value instanceof Map) return exclude(value, fields);
  return Array.isArray(value) ? value.map((element) => excludeWithin(element, fields)) : value;
}
