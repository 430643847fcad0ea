import fc from 'fast-check';

import type { Schema } from './open-api.js';

/** Deepest content, and longest list, that is made. */
const maximumDepth = 6;
const longestList = 4;

/** Values for the fields that must not be anything: an address that nobody is asked at. */
const safe: Readonly<Record<string, fc.Arbitrary<unknown>>> = { url: fc.constant('https://receiver.invalid/hook') };

/** Content that fits a schema of our own OpenAPI document. @throws {TypeError} the schema has something unknown here */
export function arbitraryOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (depth > maximumDepth) return fc.constant(null);
  if (schema['nullable'] === true)
    return fc.oneof(fc.constant(null), arbitraryOf({ ...schema, nullable: undefined }, depth));
  const choices = listOf<Schema>(schema['oneOf'] ?? schema['anyOf']);
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, depth + 1)));
  const values = listOf<unknown>(schema['enum']);
  if (values.length > 0) return fc.constantFrom(...values);
  switch (schema.type) {
    case 'object':
      return objectOf(schema, depth);
    case 'array':
      return arrayOf(schema, depth);
    case 'string':
      return stringOf(schema);
    case 'integer':
    case 'number':
      return fc.integer({ min: numberIn(schema, 'minimum', -1_000), max: numberIn(schema, 'maximum', 1_000_000) });
    case 'boolean':
      return fc.boolean();
    case undefined:
      return fc.jsonValue({ maxDepth: 2 });
    default:
      throw new TypeError(`There is nothing to make for the type ${schema.type}.`);
  }
}

export const propertiesOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
export const requiredOf = (schema: Schema): readonly string[] => listOf<string>(schema['required']);

function objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries(propertiesOf(schema)).map(([name, property]) => [
    name,
    safe[name] ?? arbitraryOf(property, depth + 1),
  ]);
  const requiredKeys = [...requiredOf(schema)];
  return fc.record(Object.fromEntries(properties) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys });
}

function arrayOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const minLength = numberIn(schema, 'minItems', 0);
  const maxLength = Math.min(numberIn(schema, 'maxItems', longestList), Math.max(minLength, longestList));
  return fc.array(arbitraryOf((schema['items'] ?? {}) as Schema, depth + 1), { minLength, maxLength });
}

function stringOf(schema: Schema): fc.Arbitrary<string> {
  const { format, pattern } = schema;
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  const minLength = numberIn(schema, 'minLength', 0);
  const maxLength = Math.min(numberIn(schema, 'maxLength', 60), Math.max(minLength, 60));
  return fc.string({ minLength, maxLength, unit: 'grapheme' });
}

const listOf = <T>(value: unknown): readonly T[] => (Array.isArray(value) ? (value as T[]) : []);

function numberIn(schema: Schema, name: string, otherwise: number): number {
  const value = schema[name];
  return typeof value === 'number' ? Math.max(-1e9, Math.min(value, 1e9)) : otherwise;
}
