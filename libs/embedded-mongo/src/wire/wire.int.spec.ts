import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { decodeDocument } from '../bson/decode.js';
import { plain } from '../bson/documents.test-support.js';
import { encodeDocument } from '../bson/encode.js';
import type { AnswerDocument } from '../bson/encode.js';
import { testServer } from '../server.test-support.js';
import type { TestServer } from '../server.test-support.js';
import { MAX_MESSAGE_BYTES } from './framing.js';

function message(opcode: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  for (const [index, value] of [body.length + 16, 7, 0, opcode].entries()) header.writeInt32LE(value, index * 4);
  return Buffer.concat([header, body]);
}

const flags = (bits: number): Buffer => Buffer.from([bits & 0xff, (bits >> 8) & 0xff, (bits >> 16) & 0xff, 0]);
const body = (command: AnswerDocument): Buffer => Buffer.concat([Buffer.of(0), encodeDocument(command)]);
const ping = (bits = 0): Buffer => message(2013, flags(bits), body({ ping: 1, $db: 'admin' }));

function sequence(name: string, documents: readonly AnswerDocument[]): Buffer {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((one) => encodeDocument(one))]);
  const length = Buffer.alloc(4);
  length.writeInt32LE(content.length + 4, 0);
  return Buffer.concat([Buffer.of(1), length, content]);
}

describe('the wire protocol', () => {
  let running: TestServer;
  const open = new Set<Socket>();
  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    running = await testServer();
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    await running.stop();
    jest.restoreAllMocks();
  });

  function dial(): Socket {
    const socket = connect(running.socketPath);
    open.add(socket);
    socket.on('error', () => undefined);
    return socket;
  }

  /** The first answer to what is sent, or `closed`. */
  function exchange(...sent: readonly Buffer[]): Promise<Buffer | 'closed'> {
    return new Promise((resolve) => {
      const socket = dial();
      let received = Buffer.alloc(0);
      socket.on('data', (bytes: Buffer) => {
        received = Buffer.concat([received, bytes]);
        if (received.length >= 4 && received.length >= received.readInt32LE(0)) resolve(received);
      });
      socket.on('close', () => resolve('closed'));
      for (const bytes of sent) socket.write(bytes);
    });
  }

  async function answer(...sent: readonly Buffer[]): Promise<unknown> {
    const received = await exchange(...sent);
    return received === 'closed' ? received : plain(decodeDocument(received, 21, received.readInt32LE(0)));
  }

  it('answers the first message of a driver, OP_QUERY, with OP_REPLY', async () => {
    const query = message(
      2004,
      flags(0),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(4),
      Buffer.from([255, 255, 255, 255]),
      encodeDocument({ ismaster: 1, helloOk: true }),
    );
    const received = await exchange(query);
    if (received === 'closed') throw new Error('closed');
    expect([received.readInt32LE(8), received.readInt32LE(12), received.readInt32LE(32)]).toEqual([7, 1, 1]);
    expect(plain(decodeDocument(received, 36))).toMatchObject({ ismaster: true, maxWireVersion: 21, ok: 1 });
  });

  it('takes a message in pieces', async () => {
    const bytes = ping();
    expect(await answer(...[...bytes].map((byte) => Buffer.of(byte)))).toEqual({ ok: 1 });
  });

  it('tolerates a checksum', async () => {
    expect(await answer(message(2013, flags(1), body({ ping: 1, $db: 'admin' }), Buffer.alloc(4)))).toEqual({ ok: 1 });
  });

  it('takes document sequences', async () => {
    const insert = message(
      2013,
      flags(0),
      body({ insert: 'wire', $db: 'test' }),
      sequence('documents', [{ _id: 1 }, { _id: 2 }]),
    );
    expect(await answer(insert)).toEqual({ n: 2, ok: 1 });
  });

  it('does not answer what does not want an answer', async () => {
    const silent = message(2013, flags(2), body({ endSessions: [], $db: 'admin' }));
    silent.writeInt32LE(99, 4);
    const received = await exchange(silent, ping());
    expect(received === 'closed' ? received : received.readInt32LE(8)).toBe(7);
  });

  it.each([
    ['a length below the header', Buffer.from([3, 0, 0, 0, ...Buffer.alloc(12)])],
    ['a length past the limit', Buffer.from([...le(MAX_MESSAGE_BYTES + 1), ...Buffer.alloc(12)])],
    ['a negative length', Buffer.from([...le(-1), ...Buffer.alloc(12)])],
    ['an unknown opcode', message(2001, Buffer.alloc(8))],
    ['a compressed message', message(2012, Buffer.alloc(9))],
    ['unknown required flags', ping(1 << 5)],
    ['no body', message(2013, flags(0))],
    ['two bodies', message(2013, flags(0), body({ ping: 1, $db: 'a' }), body({ ping: 1 }))],
    ['a section of another kind', message(2013, flags(0), Buffer.of(9, 1, 2, 3))],
    ['a body past the message', message(2013, flags(0), Buffer.of(0, 200, 0, 0, 0, 0))],
    [
      'a sequence past the message',
      message(2013, flags(0), body({ insert: 'x', $db: 'a' }), Buffer.of(1, 99, 0, 0, 0, 65, 0)),
    ],
    ['no database', message(2013, flags(0), body({ ping: 1 }))],
    ['an empty command', message(2013, flags(0), body({}))],
  ])('closes a connection over %s, and that one alone', async (_, bytes) => {
    const other = dial();
    expect(await exchange(bytes)).toBe('closed');
    expect(other.destroyed).toBe(false);
    expect(await answer(ping())).toEqual({ ok: 1 });
  });

  it('survives whatever bytes come', async () => {
    const mutation = fc.record({ at: fc.nat(), value: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), async (mutations) => {
        const bytes = message(
          2013,
          flags(0),
          body({ insert: 'fuzz', $db: 'test' }),
          sequence('documents', [{ a: { b: [1] } }]),
        );
        for (const { at, value } of mutations) bytes[4 + (at % (bytes.length - 4))] = value;
        await exchange(bytes, message(2001, Buffer.alloc(0)));
      }),
      { numRuns: 200 },
    );
    expect(await answer(ping())).toEqual({ ok: 1 });
  });
});

function le(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value, 0);
  return bytes;
}
