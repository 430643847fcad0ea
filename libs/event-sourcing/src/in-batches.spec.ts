import { PassThrough, Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { inBatches } from './in-batches.js';

const never = new AbortController().signal;
const objects = (): PassThrough => new PassThrough({ objectMode: true, highWaterMark: 5_000 });

async function all(stream: Readable, signal = never): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of inBatches<number>(stream, signal)) batches.push([...batch]);
  return batches;
}

describe('a stream read in batches', () => {
  it('gives everything, in order, what came together in one batch', async () => {
    const stream = objects();
    const read = all(stream);
    for (const item of [1, 2, 3]) stream.write(item);
    stream.end();
    expect(await read).toEqual([[1, 2, 3]]);
  });

  it('gives what came before a failure, then the failure', async () => {
    const stream = objects();
    const seen: number[] = [];
    const read = (async () => {
      for await (const batch of inBatches<number>(stream, never)) seen.push(...batch);
    })();
    stream.write(1);
    stream.emit('error', new Error('dropped'));
    await expect(read).rejects.toThrow('dropped');
    expect(seen).toEqual([1]);
  });

  it('ends without a word where the stream ends so', async () => {
    expect(await all(Readable.from([]))).toEqual([]);
  });

  it('ends when it is no longer wanted, and leaves the stream alone', async () => {
    const stopping = new AbortController();
    const stream = objects();
    const read = all(stream, stopping.signal);
    stopping.abort();
    expect(await read).toEqual([]);
    expect(stream.listenerCount('data')).toBe(0);
  });

  it('does not even begin when it is not wanted any more', async () => {
    expect(await all(objects(), AbortSignal.abort())).toEqual([]);
  });

  it('holds a stream back while its reader is busy', async () => {
    let made = 0;
    const endless = new Readable({ objectMode: true, read: () => void endless.push((made += 1)) });
    const batches = inBatches<number>(endless, never);
    const first = await batches.next();
    const madeThen = made;
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(first.value).toHaveLength(1_000);
    expect(made).toBeLessThan(madeThen + 2_000);
    const second = await batches.next();
    expect(second.value).toContain(1_001);
    await batches.return();
    endless.destroy();
  });
});
