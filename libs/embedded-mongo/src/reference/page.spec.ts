import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { doc } from '../bson/documents.test-support.js';
import { compileFilter, fieldOperators, logicalOperators } from '../query/matcher.js';
import { referencePage } from './page.js';

/** An operand that each operator takes. */
const operands: Readonly<Record<string, unknown>> = {
  $all: [1],
  $and: [{}],
  $elemMatch: { $gt: 1 },
  $in: [1],
  $mod: [2, 0],
  $nin: [1],
  $nor: [{}],
  $not: { $gt: 1 },
  $options: 'i',
  $or: [{}],
  $regex: 'a',
  $type: 'int',
};

describe('the reference page', () => {
  it('says what the code does; `npm run reference:mongo` writes it anew', () => {
    expect(readFileSync('docs/reference/embedded-mongo.md', 'utf8')).toBe(referencePage());
  });

  it.each(fieldOperators)('names %s, which a field may have', (name) => {
    const condition = { [name]: operands[name] ?? 1, ...(name === '$options' ? { $regex: 'a' } : {}) };
    expect(() => compileFilter(doc({ a: condition }))).not.toThrow();
  });

  it.each(logicalOperators)('names %s, which stands by itself', (name) => {
    expect(() => compileFilter(doc({ [name]: operands[name] ?? 1 }))).not.toThrow();
  });
});
