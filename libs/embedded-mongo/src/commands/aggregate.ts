import { encodeDocument } from '../bson/encode.js';
import type { AnswerDocument } from '../bson/encode.js';
import { runPipeline } from '../aggregate/pipeline.js';
import { refuse } from '../errors.js';
import { arrayArgument, countArgument, documentArgument, flagOf, numberOf } from '../query/arguments.js';
import { Mapped, Pace } from '../query/source.js';
import { fullName } from '../storage/collection.js';
import type { Commands, Request } from './command.js';
import { namespaceOf } from './namespaces.js';
import { refuseCollation } from './options.js';
import { hintOf } from './targets.js';

const DEFAULT_FIRST_BATCH = 101;

function aggregate(request: Request): Promise<AnswerDocument> {
  const { body, engine } = request;
  if (typeof body.get('aggregate') !== 'string') {
    return refuse('CommandNotSupported', 'aggregate without a collection is not supported');
  }
  const stages = arrayArgument(body.get('pipeline'), 'aggregate.pipeline').map((stage) =>
    documentArgument(stage, 'aggregate.pipeline'),
  );
  refuseCollation(body.get('collation'));
  if (flagOf(body.get('explain'))) refuse('CommandNotSupported', 'explain of an aggregation is not supported');
  const variables = body.get('let');
  if (variables instanceof Map && variables.size > 0)
    refuse('CommandNotSupported', "aggregate with 'let' is not supported");
  if (stages.some((stage) => stage.has('$changeStream'))) {
    return refuse('ChangeStreamNotOnStandalone', 'The $changeStream stage is only supported on replica sets');
  }
  const namespace = namespaceOf(request);
  const options = body.get('cursor');
  const batchSize = options instanceof Map ? countArgument(options.get('batchSize'), 'cursor.batchSize') : undefined;
  const collection = engine.store.catalog.find(namespace);
  const pace = new Pace(numberOf(body.get('maxTimeMS')) ?? 0);
  const results = runPipeline(engine.store, collection, stages, {
    pace,
    hint: collection === undefined ? undefined : hintOf(collection, body.get('hint')),
  });
  const encoded = new Mapped(results, (result) => encodeDocument(result));
  return engine.cursors.start(fullName(namespace), encoded, batchSize ?? DEFAULT_FIRST_BATCH, { pace });
}

export const aggregateCommands: Commands = {
  aggregate: {
    fields: ['pipeline', 'cursor', 'explain', 'allowDiskUse', 'collation', 'hint', 'let', 'bypassDocumentValidation'],
    run: aggregate,
  },
};
