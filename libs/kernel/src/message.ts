import type { z } from 'zod';

/** An intent: plain data, named in the imperative. It may be refused. */
export interface Command<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** A fact: plain data, named in the past tense as `<context>.<fact>.v<N>`. It cannot be refused any more. */
export interface Event<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** An event type as a value: its name and the schema that every stored instance satisfies. */
export interface EventType<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly schema: Schema;
}

/** The TypeScript type of the events that an {@link EventType} describes. */
export type EventOf<T extends EventType> =
  T extends EventType<infer Type, infer Schema> ? Event<Type, z.output<Schema>> : never;

const eventTypeName = /^[a-z][a-z-]*\.[a-z][a-z-]*\.v[1-9][0-9]*$/;

/**
 * Declares an event type.
 * @param type `<context>.<past-tense-fact>.v<N>`
 * @throws {TypeError} when the name does not have that form
 */
export function eventType<const Type extends string, Schema extends z.ZodType>(
  type: Type,
  schema: Schema,
): EventType<Type, Schema> {
  if (!eventTypeName.test(type)) throw new TypeError(`'${type}' is not an event type: <context>.<fact>.v<N>`);
  return { type, schema };
}
