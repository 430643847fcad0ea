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
  IndexBuildAlreadyExists: 68,
} as const;

export type ErrorName = keyof typeof errorCodes;

/** A refusal in MongoDB's terms: answered as `{ ok: 0, code, codeName, errmsg }`, or as one write error of a batch. */
export class CommandError extends Error {
  readonly code: number;

  constructor(
    readonly codeName: ErrorName,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = errorCodes[codeName];
  }
}

/** Throws a refusal; as an expression, so that it can stand where a value is expected. */
export function refuse(codeName: ErrorName, message: string): never {
  throw new CommandError(codeName, message);
}
