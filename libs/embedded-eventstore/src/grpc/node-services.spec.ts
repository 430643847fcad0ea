import { describe, expect, it } from '@jest/globals';
import { endpointOf } from './node-services.js';

describe('the address a client came by', () => {
  it.each([
    ['127.0.0.1:2113', { host: '127.0.0.1', port: 2113 }],
    ['[::1]:2113', { host: '::1', port: 2113 }],
    ['localhost', { host: 'localhost', port: 99 }],
    ['', { host: 'localhost', port: 99 }],
    ['/tmp/socket:with:colons', { host: 'localhost', port: 99 }],
  ])('%p', (authority, endpoint) => {
    expect(endpointOf(authority, 99)).toEqual(endpoint);
  });
});
