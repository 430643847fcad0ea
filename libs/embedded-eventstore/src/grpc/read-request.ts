/** What a `ReadReq` asks for, checked: everything that is not served is refused here. */
import type { EventFilter } from '../store/filter.js';
import { FieldReader } from '../wire/protobuf.js';
import { checkStreamName, readStreamIdentifier } from './append-request.js';
import { invalidArgument } from './call-errors.js';
import { readFilter, type FilterRequest } from './filter-request.js';

/** Where a read starts; for a subscription the place itself is left out. */
export type ReadStart = 'start' | 'end' | number;

export interface ReadTarget {
  /** Null for $all. */
  readonly streamName: Buffer | null;
  readonly start: ReadStart;
  /** How events look on the wire. */
  readonly structuredIds: boolean;
  readonly resolveLinks: boolean;
  readonly filter: EventFilter | null;
}

export type ReadRequest =
  | (ReadTarget & {
      readonly kind: 'page';
      readonly backwards: boolean;
      readonly count: number;
      readonly tellLastRevision: boolean;
    })
  | (ReadTarget & { readonly kind: 'subscription'; readonly eventsPerCheckpoint: number });

/** Positions of 2^63 and more are refused; 2^64 − 1 stands for the end. */
const firstRefusedPosition = 2n ** 63n;
const endPosition = 2n ** 64n - 1n;

/** The fields of `ReadReq.Options` as they come. */
interface Options {
  stream: FieldReader | null;
  all: FieldReader | null;
  backwards: boolean;
  resolveLinks: boolean;
  count: number | null;
  isSubscription: boolean;
  filter: FilterRequest | null;
  structuredIds: boolean;
  compatibility: number;
}

/** Reads a request; throws CallError for one that cannot be served. */
export const readRequestOf = (request: Buffer): ReadRequest => {
  const options = optionsIn(request);
  const target = targetOf(options);
  if (options.isSubscription) {
    if (options.backwards) throw invalidArgument('A subscription cannot go backwards.');
    return { ...target, kind: 'subscription', eventsPerCheckpoint: options.filter?.eventsPerCheckpoint ?? 0 };
  }
  return { ...target, kind: 'page', backwards: options.backwards, ...pageOf(options, target) };
};

const optionsIn = (request: Buffer): Options => {
  const message = new FieldReader(request, 0, request.length);
  while (message.next()) if (message.field === 1) return readOptions(message.nested());
  throw invalidArgument('The read has no options.');
};

const readOptions = (reader: FieldReader): Options => {
  const options: Options = {
    stream: null,
    all: null,
    backwards: false,
    resolveLinks: false,
    count: null,
    isSubscription: false,
    filter: null,
    structuredIds: true,
    compatibility: 0,
  };
  while (reader.next()) readOption(options, reader);
  return options;
};

const readOption = (options: Options, reader: FieldReader): void => {
  switch (reader.field) {
    case 1:
      options.stream = reader.nested();
      break;
    case 2:
      options.all = reader.nested();
      break;
    case 3:
      options.backwards = reader.value === 1;
      break;
    case 4:
      options.resolveLinks = reader.value !== 0;
      break;
    case 5:
      options.count = reader.value;
      break;
    case 6:
      options.isSubscription = true;
      break;
    case 7:
      options.filter = readFilter(reader.nested());
      break;
    case 9:
      options.structuredIds = !hasField(reader.nested(), 2);
      break;
    case 10:
      options.compatibility = numberIn(reader.nested(), 1);
      break;
  }
};

const hasField = (reader: FieldReader, field: number): boolean => {
  while (reader.next()) if (reader.field === field) return true;
  return false;
};

const numberIn = (reader: FieldReader, field: number): number => {
  while (reader.next()) if (reader.field === field) return reader.value;
  return 0;
};

const pageOf = (
  { count, backwards, compatibility }: Options,
  target: ReadTarget,
): { count: number; tellLastRevision: boolean } => {
  if (count === null) throw invalidArgument('The read has no count.');
  if (count === 0) throw invalidArgument('The count must be greater than 0.');
  if (target.streamName !== null && target.start === 'end' && !backwards) {
    throw invalidArgument('A stream cannot be read forwards from its end.');
  }
  return { count, tellLastRevision: compatibility > 0 };
};

const targetOf = ({ stream, all, filter, structuredIds, resolveLinks }: Options): ReadTarget => {
  if (stream !== null && filter !== null) throw invalidArgument('A filter needs $all.');
  const place = stream === null ? { streamName: null, start: allStart(all) } : streamTarget(stream);
  return { ...place, structuredIds, resolveLinks, filter: filter?.filter ?? null };
};

const streamTarget = (reader: FieldReader): Pick<ReadTarget, 'streamName' | 'start'> => {
  let name: Buffer = Buffer.alloc(0);
  let start: ReadStart | null = null;
  while (reader.next()) {
    if (reader.field === 1) name = readStreamIdentifier(reader.nested());
    else if (reader.field === 2) start = placeOf(reader.bigintValue);
    else if (reader.field === 3) start = 'start';
    else if (reader.field === 4) start = 'end';
  }
  const streamName = checkStreamName(name);
  if (start === null) throw invalidArgument('The read does not say from which revision.');
  return { streamName, start };
};

const allStart = (reader: FieldReader | null): ReadStart => {
  if (reader === null) throw invalidArgument('The read names neither a stream nor $all.');
  while (reader.next()) {
    if (reader.field === 1) return commitPositionIn(reader.nested());
    if (reader.field === 2) return 'start';
    if (reader.field === 3) return 'end';
  }
  throw invalidArgument('The read does not say from which position.');
};

const commitPositionIn = (reader: FieldReader): ReadStart => {
  while (reader.next()) if (reader.field === 1) return placeOf(reader.bigintValue);
  return 0;
};

/** A revision or position; more than 2^53 is beyond the end of everything here and may be rounded. */
const placeOf = (place: bigint): ReadStart => {
  if (place === endPosition) return 'end';
  if (place >= firstRefusedPosition) throw invalidArgument(`${place} is not a revision or position below 2^63.`);
  return Number(place);
};
