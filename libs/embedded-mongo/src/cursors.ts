import { randomBytes } from 'node:crypto';
import type { AnswerDocument } from './bson/encode.js';
import { RawDocument } from './bson/encode.js';
import { refuse } from './errors.js';
import type { Pace, Source } from './query/source.js';
import type { Scratch } from './storage/scratch.js';

const MAX_OPEN_CURSORS = 1_000;
/** A cursor that nobody asks for this long is closed, as MongoDB does. */
const IDLE_LIMIT_MS = 10 * 60 * 1_000;
/** Documents of one batch take at most this much, and at least one document. */
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const READ_AT_ONCE = 1_000;
/** The id that tells a client that there is no more. */
const NO_CURSOR = 0n;

interface Cursor {
  readonly namespace: string;
  readonly source: Source<Buffer>;
  readonly pace: Pace | undefined;
  readonly scratch: Pick<Scratch, 'close'> | undefined;
  /** Documents that were read and did not fit into the batch before. */
  ahead: Buffer[];
  lastUsedMs: number;
  inUse: boolean;
}

export interface CursorOptions {
  /** Only one batch is wanted. */
  readonly single?: boolean;
  readonly pace?: Pace;
  /** Closed when the cursor is. */
  readonly scratch?: Pick<Scratch, 'close'> | undefined;
}

/** Cursors that clients may still ask for more. They hold a position, not results. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();

  get size(): number {
    return this.open.size;
  }

  /** The first batch of a result; a cursor stays open where there is more, unless only one batch is wanted. */
  async start(
    namespace: string,
    source: Source<Buffer>,
    batchSize: number,
    options: CursorOptions = {},
  ): Promise<AnswerDocument> {
    const { pace, scratch } = options;
    const cursor: Cursor = { namespace, source, pace, scratch, ahead: [], lastUsedMs: Date.now(), inUse: false };
    let id = NO_CURSOR;
    try {
      const firstBatch = await nextBatch(cursor, batchSize);
      if (options.single !== true && !isFinished(cursor)) id = this.keep(cursor);
      return { cursor: { firstBatch, id, ns: namespace } };
    } finally {
      if (id === NO_CURSOR) await scratch?.close();
    }
  }

  async more(id: bigint, namespace: string, batchSize: number): Promise<AnswerDocument> {
    const cursor = this.open.get(id) ?? refuse('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      refuse('BadValue', `Requested getMore on namespace '${namespace}', but cursor belongs to '${cursor.namespace}'`);
    }
    if (cursor.inUse) refuse('BadValue', `cursor id ${id} is already in use`);
    cursor.inUse = true;
    cursor.pace?.resume();
    try {
      const batch = await nextBatch(cursor, batchSize);
      const finished = isFinished(cursor);
      if (finished) this.open.delete(id);
      return { cursor: { nextBatch: batch, id: finished ? NO_CURSOR : id, ns: namespace } };
    } catch (error) {
      this.open.delete(id);
      throw error;
    } finally {
      cursor.inUse = false;
      cursor.lastUsedMs = Date.now();
      if (this.open.get(id) !== cursor) await cursor.scratch?.close();
    }
  }

  /** Closes a cursor; false where there is none. */
  kill(id: bigint): boolean {
    const cursor = this.open.get(id);
    if (cursor === undefined) return false;
    this.close(id, cursor);
    return true;
  }

  closeAll(): void {
    for (const [id, cursor] of this.open) this.close(id, cursor);
  }

  /** One that somebody reads from gives its space on disk back behind that. */
  private close(id: bigint, { inUse, scratch }: Cursor): void {
    this.open.delete(id);
    if (!inUse) scratch?.close().catch(() => undefined);
  }

  private keep(cursor: Cursor): bigint {
    if (this.open.size >= MAX_OPEN_CURSORS) this.closeIdle();
    if (this.open.size >= MAX_OPEN_CURSORS) refuse('TooManyCursors', `at most ${MAX_OPEN_CURSORS} cursors may be open`);
    const id = newCursorId();
    this.open.set(id, cursor);
    return id;
  }

  closeIdle(now = Date.now()): void {
    for (const [id, cursor] of this.open) {
      if (!cursor.inUse && now - cursor.lastUsedMs > IDLE_LIMIT_MS) this.close(id, cursor);
    }
  }
}

function newCursorId(): bigint {
  return randomBytes(8).readBigUInt64LE() >> 1n || 1n;
}

const isFinished = ({ source, ahead }: Cursor): boolean => ahead.length === 0 && source.done;

async function nextBatch(cursor: Cursor, batchSize: number): Promise<RawDocument[]> {
  const batch: RawDocument[] = [];
  let bytes = 0;
  while (batch.length < batchSize && !isFinished(cursor)) {
    const documents =
      cursor.ahead.length > 0
        ? cursor.ahead
        : await cursor.source.read(Math.min(batchSize - batch.length, READ_AT_ONCE));
    cursor.ahead = [];
    for (const [index, document] of documents.entries()) {
      bytes += document.length;
      if (batch.length >= batchSize || (bytes > MAX_BATCH_BYTES && batch.length > 0)) {
        cursor.ahead = documents.slice(index);
        return batch;
      }
      batch.push(new RawDocument(document));
    }
  }
  return batch;
}
