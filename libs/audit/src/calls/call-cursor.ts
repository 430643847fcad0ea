import { DomainError } from '#kernel';

/** Where a call stands among those of its second: the later one comes first. */
export interface CallPlace {
  /** When it arrived. */
  readonly at: string;
  /** Of its event. */
  readonly position: bigint;
  /** Among the calls of its event. */
  readonly index: number;
}

/** A second of recorded calls, by the newest event that was written in it. */
export interface CallMark {
  /** UTC, of the streams. */
  readonly date: string;
  readonly position: bigint;
  /** Whether only those of its calls are left that arrived before it began. */
  readonly isPassed: boolean;
}

/** Where a search goes on: the list that begins at a mark, after a call of it; from its beginning where that is undefined. */
export interface CallCursor {
  readonly mark: CallMark;
  readonly given: CallPlace | undefined;
}

const pattern =
  /^2 (\d{4}-\d{2}-\d{2}) (\d{1,19}) ([01])(?: (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z) (\d{1,19}) (\d{1,4}))?$/;

export function writeCursor({ mark: { date, position, isPassed }, given }: CallCursor): string {
  const place = given ? ` ${given.at} ${given.position} ${given.index}` : '';
  return Buffer.from(`2 ${date} ${position} ${isPassed ? 1 : 0}${place}`).toString('base64url');
}

/** @throws {DomainError} `cursor_invalid` */
export function readCursor(cursor: string): CallCursor {
  const [, date, position, passed, at, of, index] = pattern.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (date === undefined || position === undefined)
    throw new DomainError('cursor_invalid', 'The cursor is not one that this list gave.', { pointer: '/cursor' });
  const given = at === undefined || of === undefined ? undefined : { at, position: BigInt(of), index: Number(index) };
  return { mark: { date, position: BigInt(position), isPassed: passed === '1' }, given };
}

/** Whether the first comes after the second in a list. */
export function comesAfter(place: CallPlace, other: CallPlace): boolean {
  if (place.at !== other.at) return place.at < other.at;
  if (place.position !== other.position) return place.position < other.position;
  return place.index < other.index;
}
