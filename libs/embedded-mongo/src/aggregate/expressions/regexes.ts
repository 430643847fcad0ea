import type { BsonDocument, BsonValue } from '../../bson/values.js';
import { documentOf, int32, Regex, typeNameOf } from '../../bson/values.js';
import { refuseWith } from '../../errors.js';
import { compiledRegex } from '../../query/value-tests.js';
import { isNullish, namedOperands } from './operands.js';
import type { OperatorCompiler, Operators, Slots } from './scope.js';

type Value = BsonValue | undefined;

/** An operator over an input and a pattern; `absent` is its answer where either is null or missing. */
const matching = (absent: BsonValue, work: (input: string, pattern: RegExp) => BsonValue): OperatorCompiler => {
  return (operand, scope, name) => {
    const { input, regex, options } = namedOperands(operand, scope, name, ['input', 'regex'], ['options']);
    return (slots: Slots) => {
      const text = input?.(slots);
      const pattern = patternOf(name, regex?.(slots), options?.(slots));
      if (!isNullish(text) && typeof text !== 'string') {
        return refuseWith(51_104, `${name} needs 'input' to be of type string`);
      }
      return isNullish(text) || pattern === undefined ? absent : work(text, pattern);
    };
  };
};

function patternOf(name: string, regex: Value, options: Value): RegExp | undefined {
  if (isNullish(regex)) return undefined;
  const flags = isNullish(options) ? undefined : options;
  if (flags !== undefined && typeof flags !== 'string') {
    return refuseWith(51_106, `${name} needs 'options' to be of type string, found ${typeNameOf(flags)}`);
  }
  if (typeof regex === 'string') return compiledRegex(regex, flags ?? '');
  if (!(regex instanceof Regex)) return refuseWith(51_105, `${name} needs 'regex' to be of type string or regex`);
  if (regex.options !== '' && flags !== undefined && flags !== '') {
    return refuseWith(51_107, `${name} found regex option(s) specified in both 'regex' and 'option' fields`);
  }
  return compiledRegex(regex.pattern, flags ?? regex.options);
}

/** A match in MongoDB's form, its place counted in code points. */
function described(text: string, match: RegExpMatchArray): BsonDocument {
  return documentOf({
    match: match[0],
    idx: int32([...text.slice(0, match.index)].length),
    captures: match.slice(1).map((capture: string | undefined) => capture ?? null),
  });
}

const global = (pattern: RegExp): RegExp => new RegExp(pattern.source, `${pattern.flags}g`);

export const regexOperators: Operators = {
  $regexFind: matching(null, (text, pattern) => {
    const match = pattern.exec(text);
    return match === null ? null : described(text, match);
  }),
  $regexFindAll: matching([], (text, pattern) =>
    [...text.matchAll(global(pattern))].map((match) => described(text, match)),
  ),
  $regexMatch: matching(false, (text, pattern) => pattern.test(text)),
};
