import { createServer, type Socket } from 'node:net';

import { BSON } from 'mongodb';

/**
 * A server that does nothing: it reads each message, and answers with bytes that were made before. What the official driver
 * reaches with it is what it could reach at most. Listens on the socket `process.argv[2]`.
 */
const headerBytes = 16;
const opReply = 1;
const opMessage = 2_013;

const hello = {
  helloOk: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
};
const document = { _id: 'd-1', n: 1, group: 7, padding: 'x'.repeat(420) };
const found = (count: number) => ({
  cursor: { firstBatch: Array.from({ length: count }, () => document), id: BSON.Long.ZERO, ns: 'bench.docs' },
  ok: 1,
});
const one = BSON.serialize(found(1));
const page = BSON.serialize(found(20));
const written = BSON.serialize({ n: 1_000, nModified: 1_000, ok: 1 });
const greeting = BSON.serialize(hello);
const nothing = BSON.serialize({ ok: 1 });

function answerTo(message: Buffer): Uint8Array {
  const start = headerBytes + 5;
  const nameEnd = message.indexOf(0, start + 5);
  const name = message.toString('latin1', start + 5, nameEnd);
  if (name === 'hello') return greeting;
  if (name === 'update') return written;
  if (name === 'find') return message.includes('sort') ? page : one;
  return nothing;
}

function reply(message: Buffer): Buffer {
  const legacy = message.readInt32LE(12) !== opMessage;
  const body = legacy ? greeting : answerTo(message);
  const before = headerBytes + (legacy ? 20 : 5);
  const whole = Buffer.alloc(before + body.length);
  whole.writeInt32LE(whole.length, 0);
  whole.writeInt32LE(message.readInt32LE(4), 8);
  whole.writeInt32LE(legacy ? opReply : opMessage, 12);
  if (legacy) whole.writeInt32LE(1, headerBytes + 16);
  whole.set(body, before);
  return whole;
}

function serve(socket: Socket): void {
  let held = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    held = held.length === 0 ? Buffer.from(bytes) : Buffer.concat([held, bytes]);
    while (held.length >= headerBytes && held.length >= held.readInt32LE(0)) {
      const length = held.readInt32LE(0);
      socket.write(reply(held.subarray(0, length)));
      held = held.subarray(length);
    }
  });
}

createServer(serve).listen(process.argv[2], () => process.stdout.write('listening\n'));
