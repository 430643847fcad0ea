import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import type { Pace, Source } from '../query/source.js';
import type { Namespace } from '../storage/collection.js';
import type { Scratch } from '../storage/scratch.js';
import type { Store } from '../storage/store.js';
import type { Variables } from './expressions/expressions.js';

export type Documents = Source<BsonDocument>;

/** What a stage may use beside its operand. */
export interface PipelineContext {
  readonly store: Store;
  readonly database: string;
  readonly variables: Variables;
  readonly pace: Pace;
  /** Where large sorts may be written; undefined where the client wants nothing written. */
  readonly scratch: Scratch | undefined;
  /** How many pipelines this one is inside of. */
  readonly depth: number;
  readonly compileStage: (stage: BsonValue, context: PipelineContext) => RunStage;
  /** Runs a pipeline inside this one, over a collection of the same database. */
  readonly runNested: (namespace: Namespace, pipeline: readonly BsonValue[], context: PipelineContext) => Documents;
}

export type RunStage = (source: Documents) => Documents;

/** Checks a stage's operand once, and answers with what the stage does to documents. */
export type StageCompiler = (operand: BsonValue, context: PipelineContext) => RunStage;

export function parseStage(stage: BsonValue): { readonly name: string; readonly operand: BsonValue } {
  if (!(stage instanceof Map)) return refuse('TypeMismatch', "Each element of the 'pipeline' array must be an object");
  const [first, ...more] = stage;
  if (first === undefined || more.length > 0) {
    return refuseWith(40_323, 'A pipeline stage specification object must contain exactly one field.');
  }
  return { name: first[0], operand: first[1] };
}
