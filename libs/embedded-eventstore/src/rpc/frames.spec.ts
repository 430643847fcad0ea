import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { frameHeaderBytes, framed, FrameSplitter } from './frames.js';
import { rpcStatus } from './rpc-status.js';

const messages = ['', 'one', 'x'.repeat(3000), 'last'];
const wire = Buffer.concat(messages.map((message) => framed(Buffer.from(message))));

const split = (chunkBytes: number): string[] => {
  const seen: string[] = [];
  const splitter = new FrameSplitter((message) => seen.push(message.toString()));
  for (let at = 0; at < wire.length; at += chunkBytes) splitter.push(wire.subarray(at, at + chunkBytes));
  return seen;
};

describe('a splitter of frames', () => {
  it.each([1, 2, 4, 5, 6, 7, 100, 2999, 100_000])('finds the messages in chunks of %i bytes', (chunkBytes) => {
    expect(split(chunkBytes)).toEqual(messages);
  });

  it('refuses a message that is too big by its header alone', () => {
    const splitter = new FrameSplitter(() => undefined, 10);
    const header = framed(Buffer.alloc(11)).subarray(0, frameHeaderBytes);
    expect(() => splitter.push(header)).toThrow(expect.objectContaining({ code: rpcStatus.resourceExhausted }));
  });

  it('inflates what was compressed, up to the size of a message', () => {
    const compressed = (text: string): Buffer => {
      const frame = framed(gzipSync(text));
      frame[0] = 1;
      return frame;
    };
    const seen: string[] = [];
    const splitter = new FrameSplitter((message) => seen.push(message.toString()), 100);
    splitter.push(compressed('small'));
    expect(seen).toEqual(['small']);
    expect(() => splitter.push(compressed('y'.repeat(101)))).toThrow('too big');
  });
});
