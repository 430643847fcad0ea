import { describe, expect, it } from '@jest/globals';

import { noFilters, queryOf } from './call-filters.js';

describe('what calls are searched by', () => {
  it('is what was given, times in UTC and minutes whole', () => {
    const filters = { ...noFilters, route: '/api/v1/halls', from: '2026-01-15T13:30', to: '2026-01-15T13:30' };
    expect(Object.fromEntries(new URLSearchParams(queryOf(filters, { limit: '50' })))).toEqual({
      route: '/api/v1/halls',
      from: '2026-01-15T13:30:00.000Z',
      to: '2026-01-15T13:30:59.999Z',
      limit: '50',
    });
    expect(queryOf({ ...noFilters, to: '2026-01-15T13:30:05' }, {})).toBe('to=2026-01-15T13%3A30%3A05.000Z');
  });

  it('goes to the platform as it is where it is no time, to be refused there', () => {
    expect(queryOf({ ...noFilters, from: 'yesterday' }, {})).toBe('from=yesterday');
  });
});
