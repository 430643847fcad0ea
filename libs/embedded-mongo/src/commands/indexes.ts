import { encodeDocument } from '../bson/encode.js';
import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import { refuse } from '../errors.js';
import { arrayArgument, countArgument } from '../query/arguments.js';
import { planQuery } from '../query/planner.js';
import { Scan } from '../query/scan.js';
import { listed } from '../query/source.js';
import type { Collection, Index, Namespace } from '../storage/collection.js';
import { fullName, ID_INDEX_NAME } from '../storage/collection.js';
import { describeValue } from '../storage/describe.js';
import type { Store } from '../storage/store.js';
import type { Commands, Request } from './command.js';
import { keyText, sameIndex, specificationOf } from './index-specifications.js';
import { existingCollection, namespaceOf, writableNamespace } from './namespaces.js';
import { patternText } from './targets.js';

const DEFAULT_BATCH = 101;

/** Builds one index in slices: from its first moment writes keep it up to date, and queries use it when it is ready. */
async function buildIndex(store: Store, collection: Collection, specification: BsonDocument): Promise<void> {
  const unique = specification.get('unique') === true;
  const index = await store.change(() => {
    return store.catalog.addIndex(collection, specification, unique);
  });
  try {
    await store.write(function* build(slice) {
      const scan = new Scan(store.environment, store.documents, planQuery(collection, allRecords));
      while (!scan.done) {
        for (const { recordId, document } of scan.next()) store.documents.file(collection, index, recordId, document);
        if (slice.spent()) yield;
      }
      store.catalog.markReady(collection, index);
    });
  } catch (error) {
    await store.change(() => {
      if (!collection.dropped) store.catalog.dropIndex(collection, index);
    });
    store.purge();
    throw error;
  }
}

/** Builds run one after the other, so an index that is not ready here was left by a build that failed. */
function dropUnfinished(store: Store, collection: Collection, index: Index): Promise<void> {
  return store.change(() => {
    store.catalog.dropIndex(collection, index);
  });
}

const allRecords = { filter: new Map<string, BsonValue>(), sort: [], hint: { natural: 1 } as const };

async function createIndexes(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  const { store } = request.engine;
  const specifications = arrayArgument(request.body.get('indexes'), 'createIndexes.indexes').map(specificationOf);
  if (specifications.length === 0) refuse('BadValue', 'Must specify at least one index to create');
  const createdCollectionAutomatically = store.catalog.find(namespace) === undefined;
  const collection = await store.change(() => {
    return store.catalog.find(namespace) ?? store.catalog.create(namespace);
  });
  const [numIndexesBefore, numIndexesAfter] = await request.engine.indexBuilds.run(async () => {
    const before = collection.indexes.length;
    for (const specification of specifications) {
      const same = sameIndex(collection, specification);
      if (same?.ready === false) await dropUnfinished(store, collection, same);
      if (same?.ready !== true) await buildIndex(store, collection, specification);
    }
    return [before, collection.indexes.length] as const;
  });
  const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
  return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ...note };
}

function listIndexes(request: Request): Promise<AnswerDocument> {
  const namespace = namespaceOf(request);
  const collection = existingCollection(request, namespace);
  const options = request.body.get('cursor');
  const batchSize = options instanceof Map ? countArgument(options.get('batchSize'), 'cursor.batchSize') : undefined;
  const ready = collection.indexes.filter((index) => index.ready);
  const documents = ready.map(({ specification }) => encodeDocument(specification));
  return request.engine.cursors.start(fullName(namespace), listed(documents), batchSize ?? DEFAULT_BATCH);
}

async function dropIndexes(request: Request): Promise<AnswerDocument> {
  const namespace: Namespace = writableNamespace(request);
  const collection = existingCollection(request, namespace);
  const { store } = request.engine;
  const nIndexesWas = collection.indexes.length;
  const doomed = indexesToDrop(collection, request.body.get('index'));
  await store.change(() => {
    for (const index of doomed) store.catalog.dropIndex(collection, index);
  });
  store.purge();
  return { nIndexesWas };
}

function indexesToDrop(collection: Collection, wanted: BsonValue | undefined): Index[] {
  if (wanted === '*') return collection.indexes.filter(({ name }) => name !== ID_INDEX_NAME);
  if (Array.isArray(wanted)) return wanted.flatMap((one) => indexesToDrop(collection, one));
  const index = collection.indexes.find(({ name, specification }) =>
    wanted instanceof Map ? keyText(specification) === patternText(wanted) : name === wanted,
  );
  if (index === undefined) return refuse('IndexNotFound', `index not found with name [${describeValue(wanted)}]`);
  if (index.name === ID_INDEX_NAME) refuse('InvalidOptions', 'cannot drop _id index');
  return [index];
}

export const indexCommands: Commands = {
  createIndexes: { fields: ['indexes', 'commitQuorum'], run: createIndexes },
  listIndexes: { fields: ['cursor'], run: listIndexes },
  dropIndexes: { fields: ['index'], run: dropIndexes },
  deleteIndexes: { fields: ['index'], run: dropIndexes },
};
