import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { AddressGuard } from './address-guard.js';
import { HttpSender } from './http-sender.js';
import type { Outcome } from './sender.js';
import { Receiver } from './testing/receiver.test-support.js';

const message = { headers: { 'content-type': 'application/json', 'webhook-id': 'e1' }, body: '{"a":1}' };
const never = new AbortController().signal;

let receiver = new Receiver();
let sender = new HttpSender(new AddressGuard(['127.0.0.0/8', '::1']));
beforeEach(async () => {
  receiver = new Receiver();
  sender = new HttpSender(new AddressGuard(['127.0.0.0/8', '::1']), 2_000);
  await receiver.start();
});
afterEach(async () => {
  await sender.close();
  await receiver.stop();
});

describe('sending over HTTP', () => {
  it('posts the message, and answers the status', async () => {
    receiver.answer = (response) => response.writeHead(202).end('taken');
    expect(await sender.send(receiver.url, message, never)).toEqual({ status: 202 });
    expect(receiver.requests).toMatchObject([{ path: '/hook', headers: { 'webhook-id': 'e1' }, body: '{"a":1}' }]);
  });

  it('follows no redirect', async () => {
    receiver.answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
    expect(await sender.send(receiver.url, message, never)).toEqual({ status: 307 });
    expect(receiver.requests).toHaveLength(1);
  });

  it('gives up on a receiver that does not answer', async () => {
    const impatient = new HttpSender(new AddressGuard(['127.0.0.1']), 100);
    receiver.answer = () => undefined;
    expect(await impatient.send(receiver.url, message, never)).toEqual({ error: 'no answer in time' });
    await impatient.close();
  });

  it('takes the status, and not more than 64 KiB of an endless body', async () => {
    let written = 0;
    receiver.answer = (response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(16 * 1024);
      const more = (): void => {
        if (response.destroyed) return;
        written += chunk.length;
        response.write(chunk, () => setImmediate(more));
      };
      more();
    };
    expect(await sender.send(receiver.url, message, never)).toEqual({ status: 200 });
    expect(written).toBeGreaterThan(64 * 1024);
  });

  it('says why nobody answered', async () => {
    const closed = new Receiver();
    await closed.start();
    const { url } = closed;
    await closed.stop();
    expect(await sender.send(url, message, never)).toMatchObject({ error: expect.stringContaining('ECONNREFUSED') });
  });

  it('connects to no inner address, however it is written or resolved', async () => {
    const strict = new HttpSender(new AddressGuard([]));
    const hosts = ['127.0.0.1', '2130706433', '0x7f.1', '0177.1', '[::ffff:127.0.0.1]', 'localhost'];
    const outcomes: Outcome[] = [];
    for (const host of hosts) outcomes.push(await strict.send(`http://${host}:${receiver.port}/`, message, never));
    await strict.close();
    expect(outcomes).toEqual(hosts.map(() => ({ error: expect.stringContaining('ADDRESS_REFUSED') })));
    expect(receiver.requests).toEqual([]);
  });

  it('connects to nothing inner by a name that was public before', async () => {
    const guard = new AddressGuard([], (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]));
    const strict = new HttpSender(guard);
    const outcome = await strict.send(`https://rebound.example:${receiver.port}/`, message, never);
    await strict.close();
    expect(outcome).toEqual({ error: expect.stringContaining('ADDRESS_REFUSED') });
    expect(receiver.requests).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect to an inner address: %i', async (status) => {
    receiver.answer = (response) => response.writeHead(status, { location: 'http://169.254.169.254/latest' }).end();
    expect(await sender.send(receiver.url, message, never)).toEqual({ status });
    expect(receiver.requests).toHaveLength(1);
  });

  it('reaches an allowed address by its name', async () => {
    const outcome = await sender.send(`http://localhost:${receiver.port}/`, message, never);
    expect(outcome).toEqual({ status: 204 });
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    receiver.answer = () => stop.abort();
    expect(await sender.send(receiver.url, message, stop.signal)).toHaveProperty('error');
  });
});
