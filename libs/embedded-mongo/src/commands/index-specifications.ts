import { sameValue } from '../bson/compare.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf, int32, isNumeric, typeNameOf } from '../bson/values.js';
import { refuse } from '../errors.js';
import { documentArgument, flagOf, numberOf } from '../query/arguments.js';
import { compileFilter, isOperatorDocument } from '../query/matcher.js';
import { parseSort } from '../query/sort.js';
import type { Collection, Index } from '../storage/collection.js';
import { ID_INDEX_NAME } from '../storage/collection.js';
import { describeValue } from '../storage/describe.js';
import { refuseCollation } from './options.js';
import { patternText } from './targets.js';

const INDEX_VERSION = 2;
const MAX_EXPIRY_SECONDS = 2_147_483_647;
const PARTIAL_OPERATORS = new Set(['$eq', '$exists', '$gt', '$gte', '$lt', '$lte', '$type', '$in']);

/** Options of an index that have an effect. */
export const indexOptions = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'] as const;
/** Options that are taken and change nothing. */
const SILENT_OPTIONS = new Set(['key', 'name', 'background', 'v', 'ns', 'collation', ...indexOptions]);

/** Checks an index specification and puts it into the form that listIndexes answers. */
export function specificationOf(value: BsonValue): BsonDocument {
  const asked = documentArgument(value, 'createIndexes.indexes');
  const key = keyOf(asked);
  for (const [name, option] of asked) {
    if (SILENT_OPTIONS.has(name) || (name === 'hidden' && option === false)) continue;
    refuse('CannotCreateIndex', `Index option '${name}' is not supported`);
  }
  refuseCollation(asked.get('collation'));
  const name = asked.get('name');
  if (typeof name !== 'string' || name === '') {
    return refuse(
      'FailedToParse',
      `The 'name' field of an index must be a non-empty string, found ${typeNameOf(name)}`,
    );
  }
  const specification: BsonDocument = new Map<string, BsonValue>([
    ['v', int32(INDEX_VERSION)],
    ['key', key],
    ['name', name],
  ]);
  if (flagOf(asked.get('unique'))) specification.set('unique', true);
  if (flagOf(asked.get('sparse'))) specification.set('sparse', true);
  addPartial(specification, asked.get('partialFilterExpression'));
  addExpiry(specification, asked.get('expireAfterSeconds'), key);
  return specification;
}

function keyOf(asked: BsonDocument): BsonDocument {
  const key = documentArgument(asked.get('key'), 'createIndexes.indexes.key');
  if (key.size === 0) refuse('CannotCreateIndex', 'Index keys cannot be empty.');
  for (const [name, kind] of key) {
    if (typeof kind === 'string') {
      refuse('CannotCreateIndex', `Index type '${kind}' of field '${name}' is not supported`);
    }
    if (name.includes('$')) refuse('CannotCreateIndex', `Index key contains an illegal field name: '${name}'`);
  }
  parseSort(key);
  return key;
}

function addPartial(specification: BsonDocument, filter: BsonValue | undefined): void {
  if (filter === undefined) return;
  if (!(filter instanceof Map)) {
    return refuse(
      'TypeMismatch',
      `The field 'partialFilterExpression' must be an object, but got ${typeNameOf(filter)}`,
    );
  }
  if (specification.has('sparse')) {
    refuse('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  }
  compileFilter(filter);
  checkPartial(filter);
  specification.set('partialFilterExpression', filter);
}

function checkPartial(filter: BsonDocument): void {
  for (const [name, condition] of filter) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const branch of condition) if (branch instanceof Map) checkPartial(branch);
      continue;
    }
    const operators = isOperatorDocument(condition) ? [...condition] : [];
    const wrong = operators.find(([operator, operand]) => {
      return !PARTIAL_OPERATORS.has(operator) || (operator === '$exists' && !flagOf(operand));
    });
    if (name.startsWith('$') || wrong !== undefined) {
      refuse(
        'CannotCreateIndex',
        `Expression not supported in partial index: ${wrong?.[0] ?? name} of ${describeValue(filter)}`,
      );
    }
  }
}

function addExpiry(specification: BsonDocument, seconds: BsonValue | undefined, key: BsonDocument): void {
  if (seconds === undefined) return;
  const number = numberOf(seconds);
  if (number === undefined || !isNumeric(seconds)) {
    return refuse(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeNameOf(seconds)}'`,
    );
  }
  if (number < 0 || number > MAX_EXPIRY_SECONDS) {
    refuse(
      'CannotCreateIndex',
      `TTL index 'expireAfterSeconds' option must be within an acceptable range, found ${number}`,
    );
  }
  if (key.size > 1) {
    refuse('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL');
  }
  if (key.has('_id'))
    refuse(
      'InvalidIndexSpecificationOption',
      "The field 'expireAfterSeconds' is not valid for an _id index specification",
    );
  specification.set('expireAfterSeconds', seconds);
}

export const keyText = (specification: BsonDocument): string => patternText(specification.get('key') as BsonDocument);

const sameOption = (left: BsonDocument, right: BsonDocument, name: string): boolean =>
  sameValue(left.get(name) ?? null, right.get(name) ?? null);

const isEquivalent = (left: BsonDocument, right: BsonDocument): boolean =>
  keyText(left) === keyText(right) && sameOption(left, right, 'partialFilterExpression');

const isIdentical = (left: BsonDocument, right: BsonDocument): boolean =>
  isEquivalent(left, right) && indexOptions.every((name) => sameOption(left, right, name));

/** The index that is there already, where it is the same; a refusal where it only has the same name or the same key. */
export function sameIndex(collection: Collection, specification: BsonDocument): Index | undefined {
  if (keyText(specification) === '_id_1') return collection.indexes.find(({ name }) => name === ID_INDEX_NAME);
  const byName = collection.indexes.find(({ name }) => name === specification.get('name'));
  if (byName !== undefined) {
    if (isIdentical(byName.specification, specification)) return byName;
    return conflict(byName, specification);
  }
  const byKey = collection.indexes.find((index) => isEquivalent(index.specification, specification));
  if (byKey === undefined) return undefined;
  if (isIdentical(byKey.specification, specification)) {
    return refuse('IndexOptionsConflict', `Index already exists with a different name: ${byKey.name}`);
  }
  return refuse(
    'IndexOptionsConflict',
    `An equivalent index already exists with a different name and options. ${requested(specification, byKey)}`,
  );
}

function conflict(existing: Index, specification: BsonDocument): never {
  if (isEquivalent(existing.specification, specification)) {
    return refuse(
      'IndexOptionsConflict',
      `An equivalent index already exists with the same name but different options. ${requested(specification, existing)}`,
    );
  }
  return refuse(
    'IndexKeySpecsConflict',
    `An existing index has the same name as the requested index. When index names are not specified, they are auto ` +
      `generated and can cause conflicts. Please refer to our documentation. ${requested(specification, existing)}`,
  );
}

const requested = (specification: BsonDocument, existing: Index): string =>
  `Requested index: ${describeValue(specification)}, existing index: ${describeValue(documentOf(Object.fromEntries(existing.specification)))}`;
