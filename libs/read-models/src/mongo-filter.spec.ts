import { describe, expect, it } from '@jest/globals';

import type { Filter } from './filter.js';
import { toMongoFilter } from './mongo-filter.js';

describe('a filter', () => {
  it('passes plain comparisons on', () => {
    const filter: Filter = { hallId: 'h', 'totals.games': { $gte: 1, $lt: 9 }, position: 5n, serial: null, on: true };
    expect(toMongoFilter(filter)).toEqual(filter);
  });

  it('calls the id by its name in the database', () => {
    expect(toMongoFilter({ id: { $in: ['a', 'b'] } })).toEqual({ _id: { $in: ['a', 'b'] } });
  });

  it('reaches into a stored value', () => {
    expect(toMongoFilter({ id: 'a', state: 'open' }, 'value.')).toEqual({ 'value.id': 'a', 'value.state': 'open' });
  });

  const untyped = (json: string): Filter => JSON.parse(json) as Filter;

  it.each([
    ['an operator as a field', untyped('{ "$where": "1" }')],
    ['a hidden field', { _position: 1n }],
    ['a field without a name', { '': 1 }],
    ['an unknown operator', untyped('{ "hallId": { "$regex": ".*" } }')],
    ['an object instead of a value', untyped('{ "hallId": { "nested": 1 } }')],
    ['an empty condition', { hallId: {} }],
    ['an object inside an operator', untyped('{ "hallId": { "$ne": { "$gt": "" } } }')],
    ['a choice that is no list', untyped('{ "hallId": { "$in": "a" } }')],
    ['a choice of objects', untyped('{ "hallId": { "$in": [{ "$gt": "" }] } }')],
    ['a choice of too many', { hallId: { $in: Array.from({ length: 1_001 }, () => 'a') } }],
  ])('refuses %s', (_, filter) => {
    expect(() => toMongoFilter(filter)).toThrow(TypeError);
  });

  it('refuses a condition that got lost, rather than show everything', () => {
    const lost: Record<string, string | undefined> = { hallId: undefined };
    expect(() => toMongoFilter(lost as Filter)).toThrow("the condition on 'hallId' is missing");
  });
});
