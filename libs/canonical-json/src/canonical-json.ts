/** Deeper content than any event has. */
const maximumDepth = 1_000;

/**
 * The one text of a JSON value by RFC 8785: members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. A lone surrogate, which RFC 8785 leaves undefined, stays the escape that JSON.stringify writes.
 * @throws {TypeError} it is not JSON: undefined, a bigint, a number that is not finite
 * @throws {RangeError} it is nested deeper than 1 000 levels
 */
export function canonicalJson(value: unknown, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${value} is not a JSON number`);
      return value === 0 ? '0' : `${value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : canonicalStructure(value, depth + 1);
    default:
      throw new TypeError(`a value of type ${typeof value} is not JSON`);
  }
}

function canonicalStructure(value: object, depth: number): string {
  if (depth > maximumDepth) throw new RangeError(`nested deeper than ${maximumDepth} levels`);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalJson(item, depth)}`;
    return `[${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of sortedNames(members))
    text += (text === '' ? '' : ',') + labelOf(name) + canonicalJson(members[name], depth);
  return `{${text}}`;
}

/** Members mostly come in order, or nearly. */
function sortedNames(members: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(members);
  const isSorted = names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name);
  return isSorted ? names : names.sort();
}

/** Nothing in it has to be escaped. */
const plain = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** Members' names as they are written: the same few come again in every event. */
const labels = new Map<string, string>();
const maximumLabels = 1_000;

function labelOf(name: string): string {
  const known = labels.get(name);
  if (known !== undefined) return known;
  const label = `${quoted(name)}:`;
  if (labels.size >= maximumLabels) labels.clear();
  labels.set(name, label);
  return label;
}
