import { describe, expect, it } from '@jest/globals';
import { rpcStatus } from '../rpc/rpc-status.js';
import { CallWriter } from './call-writer.js';

/** As much of a call as a writer uses: it takes `room` messages, then asks to wait. */
class FakeCall {
  readonly written: string[] = [];
  private readonly listeners = { gone: new Set<() => void>(), drain: new Set<() => void>() };

  constructor(private room: number) {}

  write(message: Buffer): boolean {
    this.written.push(message.toString());
    this.room -= 1;
    return this.room > 0;
  }

  onGone(listener: () => void): () => void {
    this.listeners.gone.add(listener);
    return () => this.listeners.gone.delete(listener);
  }

  onDrain(listener: () => void): () => void {
    this.listeners.drain.add(listener);
    return () => this.listeners.drain.delete(listener);
  }

  tell(what: 'gone' | 'drain'): void {
    for (const listener of this.listeners[what]) listener();
  }
}

const writerOf = (call: FakeCall, log: { durable: number }, stopping = new AbortController()) =>
  new CallWriter(call, stopping.signal, log, 1, 100);

const message = Buffer.from('event');

describe('a writer to a call', () => {
  it('waits for the reader once its connection is full', async () => {
    const call = new FakeCall(2);
    const writer = writerOf(call, { durable: 0 });
    expect(writer.send(message)).toBeUndefined();
    const wait = writer.send(message);
    expect(wait).toBeInstanceOf(Promise);
    call.tell('drain');
    await wait;
    expect(call.written).toHaveLength(2);
  });

  it('sends a reader away that takes nothing while the log grows', async () => {
    const log = { durable: 0 };
    const wait = writerOf(new FakeCall(1), log).send(message);
    log.durable = 101;
    await expect(wait).rejects.toMatchObject({ code: rpcStatus.aborted });
  });

  it('stops waiting, and sending, when the reader has gone', async () => {
    const call = new FakeCall(1);
    const writer = writerOf(call, { durable: 0 });
    const wait = writer.send(message);
    call.tell('gone');
    await wait;
    expect(writer.signal.aborted).toBe(true);
    expect(writer.send(message)).toBeUndefined();
    expect(call.written).toHaveLength(1);
  });

  it('is over when the server stops', () => {
    const stopping = new AbortController();
    const writer = writerOf(new FakeCall(9), { durable: 0 }, stopping);
    stopping.abort('stop');
    expect([writer.isOver, writer.signal.aborted]).toEqual([true, true]);
    writer.release();
  });

  it('tells who asks for its signal late that the reader has gone', () => {
    const call = new FakeCall(9);
    const writer = writerOf(call, { durable: 0 });
    expect(writer.isOver).toBe(false);
    call.tell('gone');
    expect([writer.isOver, writer.signal.aborted]).toEqual([true, true]);
  });

  it('stops waiting when the server stops meanwhile', async () => {
    const stopping = new AbortController();
    const writer = writerOf(new FakeCall(1), { durable: 0 }, stopping);
    const wait = writer.send(message);
    stopping.abort('stop');
    await wait;
    expect(writer.isOver).toBe(true);
  });
});
