/** The filter of a read of $all: `ReadReq.Options.FilterOptions`. */
import type { EventFilter } from '../store/filter.js';
import type { FieldReader } from '../wire/protobuf.js';
import { invalidArgument } from './call-errors.js';
import { expressionOf } from './filter-expression.js';

export interface FilterRequest {
  readonly filter: EventFilter;
  /** A subscription is sent a checkpoint after so many events were looked at. */
  readonly eventsPerCheckpoint: number;
}

/** Events looked at between two checkpoints when a filter names no window. */
const defaultSearchWindow = 32;
const maximumPrefixes = 1_000;

/** Reads a filter; throws CallError for one that is on nothing or has no valid expression. */
export const readFilter = (reader: FieldReader): FilterRequest => {
  let filter: EventFilter | null = null;
  let window = defaultSearchWindow;
  let multiplier = 1;
  while (reader.next()) {
    if (reader.field === 1) filter = { on: 'stream', match: readExpression(reader.nested()) };
    else if (reader.field === 2) filter = { on: 'type', match: readExpression(reader.nested()) };
    else if (reader.field === 3) window = reader.value;
    else if (reader.field === 5) multiplier = reader.value;
  }
  if (filter === null) throw invalidArgument('The filter is on neither the stream nor the event type.');
  return { filter, eventsPerCheckpoint: Math.max(1, window) * Math.max(1, multiplier) };
};

const readExpression = (reader: FieldReader): EventFilter['match'] => {
  let source = '';
  const prefixes: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) source = reader.bytes.toString();
    else if (reader.field === 2) prefixes.push(reader.bytes.toString());
  }
  if (source !== '') return { expression: expressionOf(source) };
  if (prefixes.length === 0) throw invalidArgument('The filter has neither prefixes nor an expression.');
  if (prefixes.length > maximumPrefixes) throw invalidArgument(`The filter has more than ${maximumPrefixes} prefixes.`);
  return { prefixes };
};
