import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import protobuf from 'google-protobuf';

import { decodeBytesNatively } from './protobuf-bytes.js';

const { Message } = protobuf;
const decode = (base64: string): Uint8Array => Message.bytesAsU8(base64);

describe('a bytes field decoded by Node', () => {
  it('has the bytes that google-protobuf itself finds', () => {
    const original = Message.bytesAsU8.bind(Message);
    decodeBytesNatively();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        expect(decode(base64)).toEqual(original(base64));
        expect(decode(base64).constructor).toBe(Uint8Array);
      }),
    );
  });
});
