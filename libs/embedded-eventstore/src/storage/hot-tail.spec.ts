import { describe, expect, it } from '@jest/globals';
import { withoutFirst } from './disk.js';
import { HotTail, hotTailBytes } from './hot-tail.js';

const put = (tail: HotTail, position: number, text: string): void => {
  const { buffer, at } = tail.reserve(position, text.length);
  tail.commit(at + buffer.write(text, at, 'latin1'));
};

describe('the hot tail', () => {
  it('gives back what was put, in one piece or several', () => {
    const tail = new HotTail();
    put(tail, 64, 'abc');
    put(tail, 67, 'def');
    put(tail, 5000, 'ghi');
    expect(Buffer.concat(tail.slices(64, 70)).toString()).toBe('abcdef');
    expect(Buffer.concat(tail.slices(66, 69)).toString()).toBe('cde');
    const block = tail.block(67, 5003);
    expect(block?.buffer.toString('latin1', block.start, block.end)).toBe('def');
  });

  it('knows nothing of a gap, of what is before, and of what is after', () => {
    const tail = new HotTail();
    put(tail, 64, 'abc');
    put(tail, 5000, 'ghi');
    expect(tail.block(10, 9999)).toBeNull();
    expect(tail.block(70, 9999)).toBeNull();
    expect(tail.block(5003, 9999)).toBeNull();
    expect(tail.slices(64, 5003)).toEqual([]);
  });

  it('forgets the oldest past its bound, but nothing that is not durable', () => {
    const tail = new HotTail();
    const half = 'x'.repeat(hotTailBytes / 2);
    for (let index = 0; index < 4; index += 1) put(tail, index * half.length, half);
    tail.trim(0);
    expect(tail.block(0, 100)).not.toBeNull();
    tail.trim(half.length * 4);
    expect(tail.block(0, 100)).toBeNull();
    expect(tail.block(half.length * 3, half.length * 4)).not.toBeNull();
  });
});

describe('a short write', () => {
  it.each([
    [0, 'abcdefg'],
    [2, 'cdefg'],
    [3, 'defg'],
    [5, 'fg'],
    [7, ''],
  ])('of %d bytes leaves the rest', (written, rest) => {
    const left = withoutFirst([Buffer.from('abc'), Buffer.from('de'), Buffer.from('fg')], written);
    expect(Buffer.concat(left).toString()).toBe(rest);
  });
});
