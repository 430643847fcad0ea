import { describe, expect, it } from '@jest/globals';

import { type Connection, type ConnectionChange, reduceConnection } from './connection.js';

const after = (...changes: ConnectionChange[]) =>
  changes.reduce<Connection>((connection, change, index) => reduceConnection(connection, { change, at: `t${index}` }), {
    state: 'connecting',
  });

describe('the connection', () => {
  it('is live once it has caught up', () => {
    expect(after('connected')).toEqual({ state: 'catching-up' });
    expect(after('connected', 'caught-up')).toEqual({ state: 'live' });
  });

  it('is away since the first loss, through all failed attempts', () => {
    expect(after('connected', 'caught-up', 'lost', 'lost', 'lost')).toEqual({ state: 'away', since: 't2' });
  });

  it('is not live again before it is connected again', () => {
    expect(after('connected', 'lost', 'caught-up')).toEqual({ state: 'away', since: 't1' });
    expect(after('connected', 'lost', 'connected', 'caught-up')).toEqual({ state: 'live' });
  });
});
