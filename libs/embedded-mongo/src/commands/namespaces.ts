import { refuse } from '../errors.js';
import type { Collection, Namespace } from '../storage/collection.js';
import { fullName } from '../storage/collection.js';
import type { Request } from './command.js';

const MAX_DATABASE_NAME_CHARACTERS = 63;
const MAX_NAMESPACE_BYTES = 255;

function checkDatabase(name: string): void {
  if (name === '' || name.length > MAX_DATABASE_NAME_CHARACTERS || /[/\\. "$\0]/.test(name)) {
    refuse('InvalidNamespace', `Invalid database name: '${name}'`);
  }
}

/** The collection that a command names as the value of its first field. */
export function namespaceOf(request: Request): Namespace {
  const name = request.body.get(request.name);
  if (typeof name !== 'string') {
    return refuse('InvalidNamespace', `collection name has invalid type: the command '${request.name}' needs a string`);
  }
  return checkedNamespace(request.database, name);
}

export function checkedNamespace(database: string, name: string): Namespace {
  checkDatabase(database);
  const namespace = { database, name };
  const tooLong = Buffer.byteLength(fullName(namespace)) > MAX_NAMESPACE_BYTES;
  if (name === '' || name.startsWith('.') || name.endsWith('.') || /[$\0]/.test(name) || tooLong) {
    refuse('InvalidNamespace', `Invalid namespace specified '${fullName(namespace)}'`);
  }
  return namespace;
}

/** For writing: collections of the system are refused. */
export function writableNamespace(request: Request): Namespace {
  const namespace = namespaceOf(request);
  if (namespace.name.startsWith('system.')) refuse('InvalidNamespace', `cannot write to '${fullName(namespace)}'`);
  return namespace;
}

export function existingCollection({ engine }: Request, namespace: Namespace): Collection {
  return (
    engine.store.catalog.find(namespace) ?? refuse('NamespaceNotFound', `ns does not exist: ${fullName(namespace)}`)
  );
}
