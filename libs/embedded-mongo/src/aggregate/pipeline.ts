import type { BsonDocument, BsonValue } from '../bson/values.js';
import { documentOf } from '../bson/values.js';
import { refuse, refuseWith } from '../errors.js';
import { findDocuments } from '../query/find.js';
import { compileFilter } from '../query/matcher.js';
import type { Query } from '../query/planner.js';
import { planQuery } from '../query/planner.js';
import { parseSort } from '../query/sort.js';
import { listed, Mapped } from '../query/source.js';
import type { Collection, Namespace } from '../storage/collection.js';
import { neededFields } from './needed-fields.js';
import type { Documents, PipelineContext, RunStage } from './stage.js';
import { parseStage } from './stage.js';
import { compileStage, countOperand, sortStage } from './stages.js';

const MAX_STAGES = 1_000;
/** Pipelines inside each other, as MongoDB has it. */
const MAX_NESTED_PIPELINES = 20;

/** The surroundings of a pipeline that a command runs. */
export function pipelineContext(
  command: Pick<PipelineContext, 'store' | 'database' | 'variables' | 'pace' | 'scratch'>,
): PipelineContext {
  return { ...command, depth: 0, compileStage, runNested };
}

/** Runs a pipeline. What it begins with of `$match`, `$sort`, `$skip` and `$limit` is planned like a find. */
export function runPipeline(
  collection: Collection | undefined,
  pipeline: readonly BsonValue[],
  context: PipelineContext,
  hint?: Query['hint'],
): Documents {
  if (pipeline.length > MAX_STAGES) {
    refuse('FailedToParse', `Pipeline length must be no longer than ${MAX_STAGES} stages`);
  }
  const { query, limit, used } = front(pipeline, hint);
  const rest = pipeline.slice(used);
  const compiled = compileAll(rest, context);
  compileFilter(query.filter, { variables: context.variables });
  if (collection === undefined)
    return compiled.reduce<Documents>((source, run) => run(source), listed<BsonDocument>([]));
  const plan = planQuery(collection, { ...query, variables: context.variables });
  const found = findDocuments(context.store, plan, { ...context, sort: query.sort, skip: 0, limit });
  const needed = neededFields(rest, query.sort);
  const start = new Mapped(found, (one) => (needed === undefined ? one.document : one.fields(needed)));
  return compiled.reduce<Documents>((source, run) => run(source), start);
}

/** A pipeline inside another, over a collection of the same database. */
function runNested(namespace: Namespace, pipeline: readonly BsonValue[], context: PipelineContext): Documents {
  const depth = context.depth + 1;
  if (depth > MAX_NESTED_PIPELINES)
    refuse('MaxSubPipelineDepthExceeded', 'Maximum number of nested sub-pipelines exceeded');
  return runPipeline(context.store.catalog.find(namespace), pipeline, { ...context, depth });
}

interface Front {
  readonly query: Query;
  readonly limit: number;
  /** Stages that the query stands for. */
  readonly used: number;
}

function front(pipeline: readonly BsonValue[], hint: Query['hint']): Front {
  const at = (index: number) => (pipeline[index] === undefined ? undefined : parseStage(pipeline[index]));
  let used = 0;
  let filter = documentOf();
  const first = at(0);
  if (first?.name === '$match') {
    filter =
      first.operand instanceof Map
        ? first.operand
        : refuseWith(15_959, 'the match filter must be an expression in an object');
    used = 1;
  }
  const second = at(used);
  if (second?.name !== '$sort' || !(second.operand instanceof Map) || second.operand.size === 0) {
    return { query: { filter, sort: [], hint }, limit: Number.POSITIVE_INFINITY, used };
  }
  const sort = parseSort(second.operand);
  used += 1;
  const third = at(used);
  const limit = third?.name === '$limit' ? countOperand('$limit', third.operand) : Number.POSITIVE_INFINITY;
  return { query: { filter, sort, hint }, limit, used };
}

/** A `$sort` that a `$limit` follows need only keep that many. */
function compileAll(stages: readonly BsonValue[], context: PipelineContext): RunStage[] {
  return stages.map((stage, index) => {
    const { name, operand } = parseStage(stage);
    const run = compileStage(stage, context);
    const following = stages[index + 1];
    const next = following === undefined ? undefined : parseStage(following);
    if (name !== '$sort' || next?.name !== '$limit' || !(operand instanceof Map)) return run;
    const limit = countOperand('$limit', next.operand);
    return sortStage(operand, limit, context);
  });
}
