import { EventEmitter } from 'node:events';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { RouteClass } from '#http';

import { FairShare } from './fair-share.js';
import { longestTurnMs, turnOf } from './turn.js';

class Answer extends EventEmitter {
  closed = false;
  close(): void {
    this.closed = true;
    this.emit('close');
  }
}

let share: FairShare;
let running: Answer[];

/** Somebody else is always about, so that turns count. */
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] });
  share = new FairShare(() => 0);
  running = [];
  void share.enter('client:other', 'write');
});
afterEach(() => void jest.useRealTimers());

function call(rate: RouteClass = 'read'): Answer {
  const answer = new Answer();
  const turn = turnOf(share, { kind: 'client', id: 'greedy' }, rate, answer);
  if (turn) void turn.then(() => running.push(answer));
  else running.push(answer);
  return answer;
}
const settle = async (): Promise<void> => {
  for (let round = 1; round <= 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('the turn of a call', () => {
  it('ends with its answer', async () => {
    const [first, second] = [call(), call(), call()];
    expect(running).toHaveLength(1);
    first.close();
    await settle();
    expect(running).toHaveLength(2);
    second.close();
    await settle();
    expect(running).toHaveLength(3);
  });

  it('is given on once by a call that takes long, after a rest, and not again when it ends', async () => {
    const long = call();
    call();
    call();
    const restMs = longestTurnMs;
    await jest.advanceTimersByTimeAsync(longestTurnMs + restMs - 1);
    expect(running).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    await settle();
    expect(running).toHaveLength(2);
    long.close();
    await settle();
    expect(running).toHaveLength(2);
  });

  it('is given on where its caller left before it came', async () => {
    const first = call();
    call().close();
    call();
    first.close();
    await settle();
    expect(running).toHaveLength(3);
  });

  it('is not taken by a gateway that waits for commands', () => {
    for (let count = 0; count < 20; count += 1) call('internal');
    expect(running).toHaveLength(20);
  });
});
