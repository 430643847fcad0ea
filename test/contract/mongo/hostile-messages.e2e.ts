import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { BSON } from 'mongodb';
import { contractTarget } from './target.js';

const OP_MSG = 2_013;
const HEADER_BYTES = 16;

function message(sections: Uint8Array, code = OP_MSG): Buffer {
  const whole = Buffer.concat([Buffer.alloc(HEADER_BYTES + 4), sections]);
  whole.writeInt32LE(whole.length, 0);
  whole.writeInt32LE(7, 4);
  whole.writeInt32LE(code, 12);
  return whole;
}

const body = (command: object): Buffer => Buffer.concat([Buffer.of(0), BSON.serialize(command)]);
const ping = message(body({ ping: 1, $db: 'admin' }));

function sequence(name: string, documents: readonly object[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((one) => BSON.serialize(one))]);
  const length = Buffer.alloc(4);
  length.writeInt32LE(content.length + 4);
  return Buffer.concat([Buffer.of(1), length, content]);
}

const insert = message(
  Buffer.concat([
    body({ insert: 'fuzzed', ordered: true, $db: 'tallyhall-contract' }),
    sequence('documents', [{ _id: 'x', a: [1, { b: 2 }] }]),
  ]),
);

describe('messages that no driver sends', () => {
  const target = contractTarget();

  function opened(): Socket {
    const [address = ''] = target.client.options.hosts;
    const { host, port, socketPath } =
      typeof address === 'string' ? { host: address, port: 27_017, socketPath: undefined } : address;
    return socketPath === undefined ? connect(port ?? 27_017, host ?? '127.0.0.1') : connect(socketPath);
  }

  /** What comes back for some bytes: the first answer, or that the connection was closed. */
  async function sent(bytes: Buffer, end = true): Promise<Buffer | 'closed'> {
    const socket = opened();
    try {
      return await new Promise<Buffer | 'closed'>((resolve) => {
        const parts: Buffer[] = [];
        socket.on('data', (data: Buffer) => {
          parts.push(data);
          const all = Buffer.concat(parts);
          if (all.length >= 4 && all.length >= all.readInt32LE(0)) resolve(all);
        });
        socket.on('error', () => resolve('closed'));
        socket.on('close', () => resolve('closed'));
        socket.write(bytes);
        if (end) socket.end();
      });
    } finally {
      socket.destroy();
    }
  }

  const answerOf = (received: Buffer | 'closed'): object | 'closed' =>
    received === 'closed' ? received : BSON.deserialize(received.subarray(HEADER_BYTES + 5));

  it('are answered where they are whole', async () => {
    expect(answerOf(await sent(ping, false))).toMatchObject({ ok: 1 });
  });

  it.each<[string, Buffer]>([
    ['a length that is too small', Buffer.concat([Buffer.of(15, 0, 0, 0), ping.subarray(4)])],
    ['a length past 48 MB', Buffer.concat([Buffer.of(0, 0, 0, 0x7f), ping.subarray(4)])],
    ['a negative length', Buffer.concat([Buffer.of(0, 0, 0, 0xff), ping.subarray(4)])],
    ['an unknown opcode', message(body({ ping: 1, $db: 'admin' }), 9_999)],
    ['an unknown section', message(Buffer.of(9))],
    ['no body', message(sequence('documents', [{}]))],
    ['a message that ends too early', ping.subarray(0, -4)],
  ])('close the connection and nothing else: %s', async (_, bytes) => {
    expect(await sent(bytes)).toBe('closed');
    expect(answerOf(await sent(ping, false))).toMatchObject({ ok: 1 });
  });

  it('do no harm, whatever their bytes', async () => {
    const mutation = fc.record({
      base: fc.constantFrom(ping, insert),
      where: fc.nat(),
      byte: fc.nat(255),
      cut: fc.option(fc.nat()),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ base, where, byte, cut }) => {
        const bytes = Buffer.from(base);
        bytes[where % bytes.length] = byte;
        await sent(cut === null ? bytes : bytes.subarray(0, cut % bytes.length));
      }),
      { numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await sent(message(bytes));
      }),
      { numRuns: 50 },
    );
    expect(await target.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    const stored = await target.database.collection('fuzzed').countDocuments();
    expect(stored).toBe(await target.database.collection('fuzzed').estimatedDocumentCount());
  });
});
