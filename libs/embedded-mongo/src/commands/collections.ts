import { encodeDocument } from '../bson/encode.js';
import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import { Binary, documentOf, Double } from '../bson/values.js';
import { refuse } from '../errors.js';
import { flagOf, stringArgument } from '../query/arguments.js';
import { compileFilter } from '../query/matcher.js';
import { listed } from '../query/source.js';
import type { Collection } from '../storage/collection.js';
import { fullName, idIndexOf } from '../storage/collection.js';
import { validateCollection } from '../storage/validate.js';
import type { Commands, Request } from './command.js';
import { optionalDocument } from './find.js';
import { checkedNamespace, existingCollection, namespaceOf, writableNamespace } from './namespaces.js';

const LISTED_AT_ONCE = 1_000;
const UUID_SUBTYPE = 4;

/** Options of `create` that change nothing here when they have these values. */
const HARMLESS: Readonly<Record<string, boolean>> = { capped: false };

async function create(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  for (const [name, value] of request.body) {
    if (CREATE_OPTIONS.includes(name) && HARMLESS[name] !== value) {
      refuse('InvalidOptions', `The collection option '${name}' is not supported`);
    }
  }
  const { store } = request.engine;
  await store.change(() => {
    if (store.catalog.find(namespace) !== undefined) {
      refuse('NamespaceExists', `Collection ${fullName(namespace)} already exists.`);
    }
    store.catalog.create(namespace);
  });
  return {};
}

const CREATE_OPTIONS = [
  ...['capped', 'size', 'max', 'validator', 'validationLevel', 'validationAction', 'viewOn', 'pipeline', 'collation'],
  ...['timeseries', 'expireAfterSeconds', 'clusteredIndex', 'changeStreamPreAndPostImages', 'storageEngine'],
];

async function drop(request: Request): Promise<AnswerDocument> {
  const namespace = writableNamespace(request);
  const { store } = request.engine;
  const dropped = await store.change(() => {
    const collection = store.catalog.find(namespace);
    if (collection !== undefined) store.catalog.drop(collection);
    return collection;
  });
  store.purge();
  return dropped === undefined ? {} : { nIndexesWas: dropped.indexes.length, ns: fullName(namespace) };
}

async function dropDatabase({ engine, database }: Request): Promise<AnswerDocument> {
  const { store } = engine;
  const dropped = await store.change(() => {
    const collections = store.catalog.inDatabase(database);
    for (const collection of collections) store.catalog.drop(collection);
    return collections.length;
  });
  store.purge();
  return dropped === 0 ? {} : { dropped: database };
}

async function renameCollection(request: Request): Promise<AnswerDocument> {
  if (request.database !== 'admin')
    refuse('IllegalOperation', 'renameCollection may only be run against the admin database.');
  const from = split(stringArgument(request.body.get('renameCollection'), 'renameCollection'));
  const to = split(stringArgument(request.body.get('to'), 'renameCollection.to'));
  const dropTarget = flagOf(request.body.get('dropTarget'));
  const { store } = request.engine;
  await store.change(() => {
    const collection = existingCollection(request, from);
    const target = store.catalog.find(to);
    if (target === collection) refuse('IllegalOperation', "Can't rename a collection to itself");
    if (target !== undefined) {
      if (!dropTarget) refuse('NamespaceExists', 'target namespace exists');
      store.catalog.drop(target);
    }
    store.catalog.rename(collection, to);
  });
  store.purge();
  return {};
}

function split(namespace: string) {
  const dot = namespace.indexOf('.');
  if (dot <= 0) refuse('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  return checkedNamespace(namespace.slice(0, dot), namespace.slice(dot + 1));
}

function describeCollection(collection: Collection): BsonDocument {
  return documentOf({
    name: collection.namespace.name,
    type: 'collection',
    options: collection.options,
    info: documentOf({ readOnly: false, uuid: new Binary(UUID_SUBTYPE, collection.uuid) }),
    idIndex: idIndexOf(collection).specification,
  });
}

function listCollections(request: Request): Promise<AnswerDocument> {
  const { body, engine, database } = request;
  const matches = compileFilter(optionalDocument(body.get('filter'), 'listCollections.filter'));
  const documents = engine.store.catalog
    .inDatabase(database)
    .map(describeCollection)
    .filter(matches)
    .map((document) => encodeDocument(flagOf(body.get('nameOnly')) ? nameAndType(document) : document));
  const namespace = `${database}.$cmd.listCollections`;
  return engine.cursors.start(namespace, listed(documents), LISTED_AT_ONCE);
}

const nameAndType = (document: BsonDocument): BsonDocument =>
  documentOf({ name: document.get('name') ?? null, type: 'collection' });

function listDatabases({ body, engine }: Request): AnswerDocument {
  const sizes = new Map<string, number>();
  for (const { namespace, bytes } of engine.store.catalog.all()) {
    sizes.set(namespace.database, (sizes.get(namespace.database) ?? 0) + bytes);
  }
  const matches = compileFilter(optionalDocument(body.get('filter'), 'listDatabases.filter'));
  const databases = [...sizes]
    .map(([name, bytes]) => documentOf({ name, sizeOnDisk: new Double(bytes), empty: false }))
    .filter(matches);
  if (flagOf(body.get('nameOnly')))
    return { databases: databases.map((one) => documentOf({ name: one.get('name') ?? null })) };
  return { databases, totalSize: new Double([...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)) };
}

function collStats(request: Request): AnswerDocument {
  const namespace = namespaceOf(request);
  const collection = request.engine.store.catalog.find(namespace);
  const documents = collection?.documents ?? 0;
  const bytes = collection?.bytes ?? 0;
  return {
    ns: fullName(namespace),
    count: documents,
    size: new Double(bytes),
    avgObjSize: new Double(documents === 0 ? 0 : bytes / documents),
    nindexes: collection?.indexes.length ?? 0,
    capped: false,
  };
}

/** Reads everything and compares; what is wrong is named. */
async function validate(request: Request): Promise<AnswerDocument> {
  const namespace = namespaceOf(request);
  const collection = existingCollection(request, namespace);
  const { store } = request.engine;
  const { records, entriesByIndex, errors } = await store.change(() => {
    return validateCollection(store, collection);
  });
  return {
    ns: fullName(namespace),
    nrecords: records,
    nIndexes: collection.indexes.length,
    keysPerIndex: Object.fromEntries(entriesByIndex),
    valid: errors.length === 0,
    errors,
    warnings: [],
  };
}

function dbStats({ engine, database }: Request): AnswerDocument {
  const collections = engine.store.catalog.inDatabase(database);
  const sum = (pick: (collection: Collection) => number): number =>
    collections.reduce((total, collection) => total + pick(collection), 0);
  return {
    db: database,
    collections: collections.length,
    views: 0,
    objects: new Double(sum(({ documents }) => documents)),
    dataSize: new Double(sum(({ bytes }) => bytes)),
    indexes: sum(({ indexes }) => indexes.length),
  };
}

export const collectionCommands: Commands = {
  create: { fields: CREATE_OPTIONS, run: create },
  drop: { fields: [], run: drop },
  dropDatabase: { fields: [], run: dropDatabase },
  renameCollection: { fields: ['to', 'dropTarget'], run: renameCollection },
  listCollections: { fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'], run: listCollections },
  listDatabases: { fields: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
  collStats: { fields: ['scale'], run: collStats },
  validate: { fields: ['full', 'metadata'], run: validate },
  dbStats: { fields: ['scale', 'freeStorage'], run: dbStats },
};
