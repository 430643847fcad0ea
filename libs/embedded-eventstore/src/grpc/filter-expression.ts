import { invalidArgument } from './call-errors.js';

/** Characters of a filter's expression. */
const maximumExpressionCharacters = 2_048;

/** The expression of a filter; throws CallError where it is invalid. */
export const expressionOf = (source: string): RegExp => {
  if (source.length > maximumExpressionCharacters) throw invalidArgument('The filter expression is too long.');
  try {
    return new RegExp(source, 'u');
  } catch {
    return looseExpressionOf(source);
  }
};

/** .NET allows escapes that the strict Unicode mode refuses. */
const looseExpressionOf = (source: string): RegExp => {
  try {
    return new RegExp(source);
  } catch (error) {
    throw invalidArgument(
      `The filter expression is invalid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};
