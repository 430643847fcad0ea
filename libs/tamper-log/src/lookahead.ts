/** Reads pages one member at a time, and further ahead where it is asked to. */
export class Lookahead<T> {
  private readonly pages: AsyncIterator<readonly T[]>;
  private buffer: readonly T[] = [];
  private at = 0;
  private ended = false;
  /** Members that were taken. */
  taken = 0;

  constructor(pages: AsyncIterable<readonly T[]>) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  /** The next member where it has been read; undefined says: {@link fill}. */
  get first(): T | undefined {
    return this.buffer[this.at];
  }

  /** The next member; undefined at the end. */
  async fill(): Promise<T | undefined> {
    await this.peek(1);
    return this.first;
  }

  /** The next members, fewer only at the end. */
  async peek(count: number): Promise<readonly T[]> {
    while (this.buffer.length - this.at < count && !this.ended) {
      const next = await this.pages.next();
      if (next.done === true) this.ended = true;
      else {
        this.buffer = [...this.buffer.slice(this.at), ...next.value];
        this.at = 0;
      }
    }
    return this.buffer.slice(this.at, this.at + count);
  }

  take(): void {
    this.at += 1;
    this.taken += 1;
  }

  /** Reads to the end. @returns how many members were left */
  async drain(): Promise<number> {
    let left = this.buffer.length - this.at;
    for (let next = await this.pages.next(); next.done !== true; next = await this.pages.next())
      left += next.value.length;
    return left;
  }
}

/** The same pages; while one is used, the next is read. */
export async function* readAhead<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let page = await next; page.done !== true; page = await next) {
      next = iterator.next();
      // It is awaited when the page that is before it was used.
      next.catch(() => undefined);
      yield page.value;
    }
  } finally {
    await iterator.return?.();
  }
}
