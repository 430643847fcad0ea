import type { Answer, AnswerDocument } from '../bson/encode.js';
import { CommandError } from '../errors.js';
import type { Slice } from '../storage/write-queue.js';

/** One error of a batch, as MongoDB writes it. */
export function writeError(index: number, error: CommandError): AnswerDocument {
  return { index, code: error.code, ...(error.details as Record<string, Answer>), errmsg: error.message };
}

/**
 * Runs the statements of a batch one after the other. A refused statement becomes a write error; an ordered batch
 * stops there. Pauses between statements when its slice is spent.
 */
export function* eachStatement<T>(
  statements: readonly T[],
  ordered: boolean,
  slice: Slice,
  run: (statement: T, index: number) => Generator<void, void, void> | undefined,
): Generator<void, AnswerDocument[], void> {
  const errors: AnswerDocument[] = [];
  for (const [index, statement] of statements.entries()) {
    if (index > 0 && slice.spent()) yield;
    try {
      const steps = run(statement, index);
      if (steps !== undefined) yield* steps;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      errors.push(writeError(index, error));
      if (ordered) break;
    }
  }
  return errors;
}

/** `writeErrors` where there are any. */
export const withErrors = (errors: readonly AnswerDocument[]): { writeErrors?: readonly AnswerDocument[] } =>
  errors.length === 0 ? {} : { writeErrors: errors };
