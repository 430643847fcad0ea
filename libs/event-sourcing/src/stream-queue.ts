/** Most commands that may wait for one stream; a caller past that is told to come back. */
const maximumWaiting = 1_000;

/** Runs work on one key in the order of arrival, and on different keys at the same time. */
export class KeyedQueue {
  private readonly tails = new Map<string, { last: Promise<unknown>; waiting: number }>();

  /** @throws {QueueFull} too many wait for this key already */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const tail = this.tails.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (tail.waiting >= maximumWaiting) throw new QueueFull(key);
    tail.waiting += 1;
    const result = tail.last.then(work, work);
    tail.last = result;
    this.tails.set(key, tail);
    try {
      return await result;
    } finally {
      tail.waiting -= 1;
      if (tail.waiting === 0) this.tails.delete(key);
    }
  }
}

/** More commands wait for one stream than is sensible. Nothing was done. */
export class QueueFull extends Error {
  constructor(key: string) {
    super(`${maximumWaiting} commands wait for ${key} already.`);
    this.name = 'QueueFull';
  }
}
