import { describe, expect, it } from '@jest/globals';

import { parseRoute, pathOf, type Route } from './route.js';

describe('the panel’s addresses', () => {
  it.each<Route>([
    { page: 'start' },
    { page: 'halls' },
    { page: 'floor', hallId: 'sofia' },
    { page: 'alarms', hallId: 'a/b' },
    { page: 'machine', machineId: 'm 1%' },
    { page: 'access', section: 'clients' },
    { page: 'access', section: 'keys' },
    { page: 'calls', correlationId: null },
    { page: 'calls', correlationId: 'a/b c' },
    { page: 'history', stream: null, revision: null },
    { page: 'history', stream: 'wallet-1', revision: null },
    { page: 'history', stream: 'feed-1-2026-01-15', revision: '17' },
    { page: 'integrity' },
  ])('%p is read back from its path', (route) => {
    expect(parseRoute(pathOf(route))).toEqual(route);
  });

  it.each([
    '/nowhere',
    '/halls/h/x',
    '/machines',
    '/machines/m/more',
    '/access',
    '/access/kings',
    '/access/staff/x',
    '/halls/h/alarms/more',
    '/calls/c/more',
    '/history/s/first',
    '/integrity/more',
  ])('%s has no page', (path) => {
    expect(parseRoute(path)).toEqual({ page: 'unknown' });
  });

  it('bears what cannot be decoded', () => {
    expect(parseRoute('/machines/%E0%A4%A')).toEqual({ page: 'machine', machineId: '%E0%A4%A' });
  });
});
