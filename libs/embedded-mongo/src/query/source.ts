import { setImmediate as nextTurn } from 'node:timers/promises';
import { refuse } from '../errors.js';
import type { Found } from './found.js';
import type { Scan } from './scan.js';

/** Something to read from in pieces. */
export interface Source<T> {
  /** At least one item unless it is done; at most `wanted`. */
  read(wanted: number): Promise<T[]>;
  readonly done: boolean;
}

/** Milliseconds that one command may hold the event loop before others get their turn. */
const TURN_MS = 8;

/** Gives way to other clients, and stops a command at its time limit. */
export class Pace {
  private since = performance.now();
  private usedMs = 0;
  private readonly limitMs: number;

  /** `maxTimeMs` counts the time of work alone, over all batches of a cursor; 0 is no limit. */
  constructor(maxTimeMs = 0) {
    this.limitMs = maxTimeMs > 0 ? maxTimeMs : Number.POSITIVE_INFINITY;
  }

  /** Called when a client asks for more: the time since the batch before does not count. */
  resume(): void {
    this.since = performance.now();
  }

  async rest(): Promise<void> {
    const elapsedMs = performance.now() - this.since;
    if (this.usedMs + elapsedMs > this.limitMs) refuse('MaxTimeMSExpired', 'operation exceeded time limit');
    if (elapsedMs < TURN_MS) return;
    this.usedMs += elapsedMs;
    await nextTurn();
    this.since = performance.now();
  }
}

/** The documents of a scan. */
export class ScanSource implements Source<Found> {
  private ahead: Found[] = [];

  constructor(
    private readonly scan: Scan,
    private readonly pace: Pace,
  ) {}

  get done(): boolean {
    return this.ahead.length === 0 && this.scan.done;
  }

  async read(wanted: number): Promise<Found[]> {
    while (this.ahead.length === 0 && !this.scan.done) {
      await this.pace.rest();
      this.ahead = this.scan.next(wanted);
    }
    const taken = this.ahead.slice(0, wanted);
    this.ahead = this.ahead.slice(wanted);
    return taken;
  }
}

/** Leaves out the first items and ends after a number of them; no limit is Infinity. */
export class Window<T> implements Source<T> {
  constructor(
    private readonly source: Source<T>,
    private skip: number,
    private left: number,
  ) {}

  get done(): boolean {
    return this.left <= 0 || this.source.done;
  }

  async read(wanted: number): Promise<T[]> {
    while (this.skip > 0 && !this.source.done) this.skip -= (await this.source.read(this.skip)).length;
    if (this.done) return [];
    const items = await this.source.read(Math.min(wanted, this.left));
    this.left -= items.length;
    return items;
  }
}

/** Each item turned into another, or left out where that is undefined. */
export class Mapped<A, B> implements Source<B> {
  constructor(
    private readonly source: Source<A>,
    private readonly change: (item: A) => B | undefined,
  ) {}

  get done(): boolean {
    return this.source.done;
  }

  async read(wanted: number): Promise<B[]> {
    while (!this.source.done) {
      const changed = (await this.source.read(wanted)).map(this.change).filter((item) => item !== undefined);
      if (changed.length > 0) return changed;
    }
    return [];
  }
}

/** Items that have to be worked out all at once, on the first read. */
export class Computed<T> implements Source<T> {
  private items: T[] | undefined;
  private position = 0;

  constructor(private readonly compute: () => Promise<T[]>) {}

  get done(): boolean {
    return this.items !== undefined && this.position >= this.items.length;
  }

  async read(wanted: number): Promise<T[]> {
    this.items ??= await this.compute();
    const taken = this.items.slice(this.position, this.position + wanted);
    this.position += taken.length;
    return taken;
  }
}

/** Items that are there already. */
export function listed<T>(items: readonly T[]): Source<T> {
  return new Computed(() => Promise.resolve([...items]));
}

export const READ_AT_ONCE = 256;

/** Everything a source has, one by one. */
export async function* each<T>(source: Source<T>): AsyncGenerator<T> {
  while (!source.done) yield* await source.read(READ_AT_ONCE);
}
