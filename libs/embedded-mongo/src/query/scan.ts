import { keyOf } from '../bson/key-encoding.js';
import { decodeFields, FieldNames } from '../bson/raw.js';
import { CommandError, damaged } from '../errors.js';
import type { Documents } from '../storage/documents.js';
import { OWNER_ID_BYTES, readRecordId } from '../storage/keys.js';
import { fullName } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { Found } from './found.js';
import type { Plan } from './planner.js';

const idField = new FieldNames(['_id']);

/** Read once for each call of `next`. */
const MAX_CHUNK_ENTRIES = 256;

/**
 * Reads what a plan names, a chunk at a time. Between two chunks it holds nothing but the last key, so that it can
 * rest between transactions, commands and clients; what is written meanwhile may or may not be seen.
 */
export class Scan {
  keysExamined = 0;
  documentsExamined = 0;
  private rangeIndex = 0;
  private lastKey: Buffer | undefined;
  private chunk = 0;
  private readonly seen = new Set<number>();

  constructor(
    private readonly environment: Environment,
    private readonly documents: Documents,
    private readonly plan: Plan,
  ) {}

  get done(): boolean {
    return this.rangeIndex >= this.plan.ranges.length;
  }

  /**
   * The documents found among the next entries: possibly none although the scan is not done, possibly more than are
   * wanted. It begins with as many entries as documents are wanted, and reads more at once the longer it goes on.
   */
  next(wanted = MAX_CHUNK_ENTRIES): Found[] {
    if (this.plan.collection.dropped) {
      const name = fullName(this.plan.collection.namespace);
      throw new CommandError('QueryPlanKilled', `collection dropped. The collection ${name} no longer exists`);
    }
    const ranges = this.plan.ranges;
    const at = this.plan.reverse ? ranges.length - 1 - this.rangeIndex : this.rangeIndex;
    const range = ranges[at];
    if (range === undefined) return [];
    if (range.isPoint === true) return this.nextPoint(range.low);
    const limit = Math.min(MAX_CHUNK_ENTRIES, Math.max(1, this.chunk, this.chunk === 0 ? wanted : 0));
    this.chunk = limit * 2;
    const { start, end } = this.plan.reverse
      ? { start: range.high, end: range.low }
      : { start: range.low, end: range.high };
    const options = {
      start: this.lastKey ?? start,
      end,
      limit,
      reverse: this.plan.reverse,
      exclusiveStart: this.plan.reverse || this.lastKey !== undefined,
      inclusiveEnd: this.plan.reverse,
    };
    const table = this.plan.index === undefined ? this.environment.records : this.environment.entries;
    const found: Found[] = [];
    let read = 0;
    for (const { key, value } of table.getRange(options)) {
      read += 1;
      this.lastKey = key;
      const hit = this.plan.index === undefined ? this.recordAt(key, value) : this.recordBehind(readRecordId(value));
      if (hit !== undefined && (this.plan.exact || this.plan.matches(hit))) found.push(hit);
    }
    this.keysExamined += read;
    if (read < limit) {
      this.rangeIndex += 1;
      this.lastKey = undefined;
    }
    return found;
  }

  /** A document found earlier, as it is now; undefined where it is gone or no longer what was looked for. */
  reread(recordId: number): Found | undefined {
    const bytes = this.plan.collection.dropped ? undefined : this.documents.read(this.plan.collection, recordId);
    const found = bytes === undefined ? undefined : new Found(recordId, bytes);
    return found !== undefined && (this.plan.exact || this.plan.matches(found)) ? found : undefined;
  }

  private nextPoint(key: Buffer): Found[] {
    this.rangeIndex += 1;
    this.keysExamined += 1;
    const recordId = this.documents.recordOf(key);
    const found = recordId === undefined ? undefined : this.recordBehind(recordId);
    if (found !== undefined && this.plan.byId) this.checkId(found, key);
    return found !== undefined && (this.plan.exact || this.plan.matches(found)) ? [found] : [];
  }

  /** An entry that damage made point elsewhere must not serve another document. */
  private checkId({ recordId, bytes }: Found, key: Buffer): void {
    const id = decodeFields(bytes, idField).get('_id') ?? null;
    if (keyOf(id).equals(key.subarray(OWNER_ID_BYTES))) return;
    const name = fullName(this.plan.collection.namespace);
    throw damaged(`index _id_ of collection ${name} is damaged: it points to record ${recordId}, whose _id is another`);
  }

  private recordAt(key: Buffer, record: Buffer): Found {
    this.documentsExamined += 1;
    return new Found(readRecordId(key, 4), this.documents.open(this.plan.collection, key, record));
  }

  private recordBehind(recordId: number): Found | undefined {
    if (this.plan.index?.multikey === true) {
      if (this.seen.has(recordId)) return undefined;
      this.seen.add(recordId);
    }
    this.documentsExamined += 1;
    const bytes = this.documents.read(this.plan.collection, recordId);
    if (bytes === undefined) {
      const name = fullName(this.plan.collection.namespace);
      throw new CommandError(
        'DataCorruptionDetected',
        `index ${this.plan.index?.name ?? ''} of collection ${name} points to record ${recordId}, which is missing`,
      );
    }
    return new Found(recordId, bytes);
  }
}
