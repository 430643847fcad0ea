/** Filter expressions are .NET's in EventStoreDB; here they are JavaScript's, as far as the two mean the same. */
import { invalidArgument } from './call-errors.js';

/** Characters of a filter's expression. */
const maximumExpressionCharacters = 2_048;

/** What .NET writes otherwise; \z is the very end, \Z and $ also match before a last line feed. */
const translations: Readonly<Record<string, string>> = { A: '(?<![^])', z: '(?![^])', Z: '(?=\\n?(?![^]))' };

/** What has no counterpart, and would silently mean something else or nothing. */
const unknownGroups = /^\(\?(?:>|#|\(|'|<\w+-|-?[imnsx]+[:)]|[imnsx]*-[imnsx]*[:)])/;
const unknownEscapes = 'Gae';

/** The expression of a filter; throws CallError where it is invalid, or .NET's alone. */
export const expressionOf = (source: string): RegExp => {
  if (source.length > maximumExpressionCharacters) throw invalidArgument('The filter expression is too long.');
  const { flags, rest } = withoutLeadingFlags(source);
  const translated = translatedOf(rest);
  try {
    return new RegExp(translated, `u${flags}`);
  } catch {
    return looseExpressionOf(translated, flags);
  }
};

/** `(?i)` and the like at the very start are flags of the whole. */
const withoutLeadingFlags = (source: string): { flags: string; rest: string } => {
  const match = /^\(\?([ims]+)\)/.exec(source);
  if (match === null) return { flags: '', rest: source };
  return { flags: [...new Set(match[1])].join(''), rest: source.slice(match[0].length) };
};

const translatedOf = (source: string): string => {
  let translated = '';
  let isInClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (character === '\\') {
      at += 1;
      translated += translatedEscape(source.charAt(at), isInClass);
      continue;
    }
    if (!isInClass && unknownGroups.test(source.slice(at, at + 40))) throw unsupported(source.slice(at, at + 4));
    if (character === '[') isInClass = true;
    if (character === ']') isInClass = false;
    translated += character;
  }
  return translated;
};

const translatedEscape = (escaped: string, isInClass: boolean): string => {
  if (unknownEscapes.includes(escaped) && escaped !== '') throw unsupported(`\\${escaped}`);
  return (isInClass ? undefined : translations[escaped]) ?? `\\${escaped}`;
};

const unsupported = (part: string): Error =>
  invalidArgument(`The filter expression has '${part}', which this server does not know.`);

/** .NET allows escapes that the strict Unicode mode refuses. */
const looseExpressionOf = (source: string, flags: string): RegExp => {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw invalidArgument(
      `The filter expression is invalid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};
