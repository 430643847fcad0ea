import { pipelineContext, runPipeline } from '../aggregate/pipeline.js';
import { encodeDocument } from '../bson/encode.js';
import type { AnswerDocument } from '../bson/encode.js';
import { refuse, refuseWith } from '../errors.js';
import { arrayArgument, countArgument, flagOf, numberOf } from '../query/arguments.js';
import { Mapped, Pace } from '../query/source.js';
import { fullName } from '../storage/collection.js';
import type { Commands, Request } from './command.js';
import { namespaceOf } from './namespaces.js';
import { letOf, refuseCollation, scratchOf } from './options.js';
import { hintOf } from './targets.js';

const DEFAULT_FIRST_BATCH = 101;

function aggregate(request: Request): Promise<AnswerDocument> {
  const { body, engine, database } = request;
  const stages = arrayArgument(body.get('pipeline'), 'aggregate.pipeline');
  if (stages.some((stage) => stage instanceof Map && stage.has('$changeStream'))) {
    return refuse('ChangeStreamNotOnStandalone', 'The $changeStream stage is only supported on replica sets');
  }
  if (typeof body.get('aggregate') !== 'string') {
    return refuse('CommandNotSupported', 'aggregate without a collection is not supported');
  }
  refuseCollation(body.get('collation'));
  if (flagOf(body.get('explain'))) refuse('CommandNotSupported', 'explain of an aggregation is not supported');
  const options = body.get('cursor');
  if (options === undefined)
    refuse('FailedToParse', "The 'cursor' option is required, except for aggregate with the explain argument");
  const namespace = namespaceOf(request);
  const batchSize = options instanceof Map ? countArgument(options.get('batchSize'), 'cursor.batchSize') : undefined;
  const collection = engine.store.catalog.find(namespace);
  const pace = new Pace(numberOf(body.get('maxTimeMS')) ?? 0);
  const scratch = scratchOf(request);
  const variables = letOf(body.get('let'));
  const context = pipelineContext({ store: engine.store, database, variables, pace, scratch });
  const hint = collection === undefined ? undefined : hintOf(collection, body.get('hint'));
  const results = runPipeline(collection, stages, context, hint);
  const encoded = new Mapped(results, (result) => {
    const bytes = encodeDocument(result);
    return bytes.length <= MAX_RESULT_BYTES
      ? bytes
      : refuseWith(10_334, `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and 16793600(16MB)`);
  });
  return engine.cursors.start(fullName(namespace), encoded, batchSize ?? DEFAULT_FIRST_BATCH, { pace, scratch });
}

/** A result may be as large as a document, and the 16 KiB that MongoDB keeps for what stands around it. */
const MAX_RESULT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

export const aggregateCommands: Commands = {
  aggregate: {
    fields: ['pipeline', 'cursor', 'explain', 'allowDiskUse', 'collation', 'hint', 'let', 'bypassDocumentValidation'],
    run: aggregate,
  },
};
