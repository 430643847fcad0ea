import { describe, expect, it } from '@jest/globals';

import { RouteTable } from './route-table.js';

const sut = new RouteTable();
sut.add('GET', '/api/v1/halls');
sut.add(['GET', 'HEAD'], '/api/v1/halls/:id');
sut.add('POST', '/api/v1/halls/:id');
sut.add('POST', '/api/v1/halls/:id/lock.now');
sut.add('GET', '/*');

describe('the route table', () => {
  it.each([
    ['/api/v1/halls', ['GET']],
    ['/api/v1/halls/7', ['GET', 'HEAD', 'POST']],
    ['/api/v1/halls/7/lock.now', ['POST']],
    ['/api/v1/halls/7/lockxnow', []],
    ['/api/v1/halls/', []],
    ['/api/v1/halls/7/8/9', []],
    ['/elsewhere', []],
  ])('knows the methods of %s', (path, methods) => {
    expect(sut.methodsOf(path)).toEqual(methods);
  });
});
