import { arithmeticOperators } from './arithmetic.js';
import { arrayOperators } from './arrays.js';
import { bindingOperators } from './bindings.js';
import { comparisonOperators } from './comparison.js';
import { conditionalOperators } from './conditional.js';
import { conversionOperators } from './conversion.js';
import { dateFromStringOperators } from './date-from-string.js';
import { datePartOperators } from './date-parts.js';
import { dateOperators } from './dates.js';
import { foldOperators } from './folds.js';
import { objectOperators } from './objects.js';
import { regexOperators } from './regexes.js';
import type { OperatorCompiler, Operators } from './scope.js';
import { setOperators } from './sets.js';
import { stringOperators } from './strings.js';

/** The expression operators by the kinds in which MongoDB's manual lists them. */
export const operatorKinds: Readonly<Record<string, Operators>> = {
  arithmetic: arithmeticOperators,
  comparison: comparisonOperators,
  'boolean and conditional': conditionalOperators,
  array: { ...arrayOperators, ...bindingOperators },
  'accumulators over arrays': foldOperators,
  set: setOperators,
  object: objectOperators,
  string: { ...stringOperators, ...regexOperators },
  date: { ...dateOperators, ...datePartOperators, ...dateFromStringOperators },
  'type and conversion': conversionOperators,
};

export const operators: ReadonlyMap<string, OperatorCompiler> = new Map(
  Object.values(operatorKinds).flatMap((kind) => Object.entries(kind)),
);
