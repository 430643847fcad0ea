/** MongoDB's error codes that this engine answers with, by MongoDB's own names. */
export const errorCodes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Overflow: 15,
  TypeMismatch: 14,
  InvalidLength: 16,
  IllegalOperation: 20,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  ShutdownInProgress: 91,
  CommandNotSupported: 115,
  NotAReplicaSet: 123,
  InvalidIdField: 53,
  CannotIndexParallelArrays: 171,
  QueryPlanKilled: 175,
  TooManyCursors: 202,
  DataCorruptionDetected: 311,
  QueryExceededMemoryLimit: 292,
  ExceededMemoryLimit: 146,
  ConversionFailure: 241,
  MaxSubPipelineDepthExceeded: 232,
  NotExactValueField: 234,
  DuplicateKey: 11000,
  BSONObjectTooLarge: 10334,
  OutOfDiskSpace: 14031,
  KeyTooLong: 17280,
  GroupFieldNotAccumulator: 40234,
  UnrecognizedAccumulator: 15952,
  UnrecognizedPipelineStage: 40324,
  UnknownCommandField: 40415,
  ChangeStreamNotOnStandalone: 40573,
  UnsupportedExpression: 31325,
  MixedProjection: 31254,
  InvalidPipelineOperator: 168,
  InvalidIndexSpecificationOption: 197,
} as const;

export type ErrorName = keyof typeof errorCodes;

/** Most of MongoDB's errors in expressions and stages have a number and no name. */
type Location = `Location${number}`;

const LOCATION = 'Location';

/** A refusal in MongoDB's terms: answered as `{ ok: 0, code, codeName, errmsg }`, or as one write error of a batch. */
export class CommandError extends Error {
  readonly code: number;

  constructor(
    readonly codeName: ErrorName | Location,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = Object.hasOwn(errorCodes, codeName)
      ? errorCodes[codeName as ErrorName]
      : Number(codeName.slice(LOCATION.length));
  }
}

/** The refusal of what damage has made of the store, with what its operator can do. */
export const damaged = (what: string): CommandError =>
  new CommandError(
    'DataCorruptionDetected',
    `${what}. Read models can be rebuilt from the event log; other data must be restored from a backup.`,
  );

/** Throws a refusal; as an expression, so that it can stand where a value is expected. */
export function refuse(codeName: ErrorName, message: string): never {
  throw new CommandError(codeName, message);
}

/** The same for an error that MongoDB knows by a number alone. */
export function refuseWith(location: number, message: string): never {
  throw new CommandError(`Location${location}`, message);
}
