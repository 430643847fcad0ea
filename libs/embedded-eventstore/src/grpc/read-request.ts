/** What a `ReadReq` asks for, checked: everything that is not served is refused here. */
import type { EventFilter } from '../store/filter.js';
import { checkStreamName } from './append-request.js';
import { invalidArgument } from './call-errors.js';
import { streams } from './messages.js';

type Request = InstanceType<typeof streams.ReadReq>;
type Options = InstanceType<typeof streams.ReadReq.Options>;
type FilterOptions = InstanceType<typeof streams.ReadReq.Options.FilterOptions>;

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

/** Events looked at between two checkpoints when a filter names no window. */
const defaultSearchWindow = 32;
/** Characters of a filter's expression. */
const maximumExpressionCharacters = 2_048;
const maximumPrefixes = 1_000;
/** Positions of 2^63 and more are refused; 2^64 − 1 stands for the end. */
const firstRefusedPosition = 2n ** 63n;
const endPosition = 2n ** 64n - 1n;

/** Reads a request; throws CallError for one that cannot be served. */
export const readRequestOf = (request: Request): ReadRequest => {
  const options = request.getOptions();
  if (options === undefined) throw invalidArgument('The read has no options.');
  const target = targetOf(options);
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  if (options.hasSubscription()) {
    if (backwards) throw invalidArgument('A subscription cannot go backwards.');
    return { ...target, kind: 'subscription', eventsPerCheckpoint: checkpointIntervalOf(options.getFilter()) };
  }
  return { ...target, kind: 'page', backwards, ...pageOf(options, target, backwards) };
};

const pageOf = (
  options: Options,
  target: ReadTarget,
  backwards: boolean,
): { count: number; tellLastRevision: boolean } => {
  const { CountOptionCase } = streams.ReadReq.Options;
  if (options.getCountOptionCase() !== CountOptionCase.COUNT) throw invalidArgument('The read has no count.');
  const count = Number(options.getCount());
  if (count === 0) throw invalidArgument('The count must be greater than 0.');
  if (target.streamName !== null && target.start === 'end' && !backwards) {
    throw invalidArgument('A stream cannot be read forwards from its end.');
  }
  return { count, tellLastRevision: (options.getControlOption()?.getCompatibility() ?? 0) > 0 };
};

const targetOf = (options: Options): ReadTarget => {
  const stream = options.getStream();
  const filter = filterOf(options.getFilter());
  if (stream !== undefined && filter !== null) throw invalidArgument('A filter needs $all.');
  return {
    ...(stream === undefined ? allTarget(options) : streamTarget(stream)),
    structuredIds: options.getUuidOption()?.hasString() !== true,
    resolveLinks: options.getResolveLinks(),
    filter,
  };
};

const streamTarget = (
  stream: InstanceType<typeof streams.ReadReq.Options.StreamOptions>,
): Pick<ReadTarget, 'streamName' | 'start'> => {
  const name = stream.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array();
  const { RevisionOptionCase } = streams.ReadReq.Options.StreamOptions;
  const streamName = checkStreamName(Buffer.from(name));
  switch (stream.getRevisionOptionCase()) {
    case RevisionOptionCase.REVISION:
      return { streamName, start: placeOf(stream.getRevision()) };
    case RevisionOptionCase.START:
      return { streamName, start: 'start' };
    case RevisionOptionCase.END:
      return { streamName, start: 'end' };
    default:
      throw invalidArgument('The read does not say from which revision.');
  }
};

const allTarget = (options: Options): Pick<ReadTarget, 'streamName' | 'start'> => {
  const all = options.getAll();
  if (all === undefined) throw invalidArgument('The read names neither a stream nor $all.');
  const position = all.getPosition();
  if (position !== undefined) return { streamName: null, start: placeOf(position.getCommitPosition()) };
  if (all.hasStart()) return { streamName: null, start: 'start' };
  if (all.hasEnd()) return { streamName: null, start: 'end' };
  throw invalidArgument('The read does not say from which position.');
};

/** A revision or position; more than 2^53 is beyond the end of everything here and may be rounded. */
const placeOf = (text: string): number | 'end' => {
  const place = BigInt(text);
  if (place === endPosition) return 'end';
  if (place >= firstRefusedPosition) throw invalidArgument(`${text} is not a revision or position below 2^63.`);
  return Number(place);
};

const filterOf = (filter: FilterOptions | undefined): EventFilter | null => {
  if (filter === undefined) return null;
  const [on, expression] = filter.hasEventType()
    ? (['type', filter.getEventType()] as const)
    : (['stream', filter.getStreamIdentifier()] as const);
  if (expression === undefined) throw invalidArgument('The filter is on neither the stream nor the event type.');
  const prefixes = expression.getPrefixList();
  const source = expression.getRegex();
  if (source !== '') return { on, match: { expression: expressionOf(source) } };
  if (prefixes.length === 0) throw invalidArgument('The filter has neither prefixes nor an expression.');
  if (prefixes.length > maximumPrefixes) throw invalidArgument(`The filter has more than ${maximumPrefixes} prefixes.`);
  return { on, match: { prefixes } };
};

const expressionOf = (source: string): RegExp => {
  if (source.length > maximumExpressionCharacters) throw invalidArgument('The filter expression is too long.');
  try {
    return new RegExp(source, 'u');
  } catch {
    return looseExpressionOf(source);
  }
};

/** .NET allows escapes that the strict Unicode mode refuses. */
const looseExpressionOf = (source: string): RegExp => {
  try {
    return new RegExp(source);
  } catch (error) {
    throw invalidArgument(
      `The filter expression is invalid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

const checkpointIntervalOf = (filter: FilterOptions | undefined): number => {
  if (filter === undefined) return 0;
  const window = filter.hasMax() ? filter.getMax() : defaultSearchWindow;
  return Math.max(1, window) * Math.max(1, filter.getCheckpointintervalmultiplier());
};
