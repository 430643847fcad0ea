import { evaluateLet, noVariables, type Variables } from '../aggregate/expressions/expressions.js';
import type { BsonDocument, BsonValue } from '../bson/values.js';
import type { Scratch } from '../storage/scratch.js';
import { refuse } from '../errors.js';
import { describeValue } from '../storage/describe.js';
import type { Request } from './command.js';
import { documentArgument, flagOf, numberOf } from '../query/arguments.js';

/** Only the simple collation, which compares bytes, is supported. */
export function refuseCollation(collation: BsonValue | undefined): void {
  if (!(collation instanceof Map) || collation.size === 0) return;
  if (collation.get('locale') !== 'simple')
    refuse('CommandNotSupported', 'collation other than simple is not supported');
}

/** The variables that a command defines. */
export function letOf(definitions: BsonValue | undefined): Variables {
  return definitions === undefined ? noVariables : evaluateLet(documentArgument(definitions, 'let'));
}

/** Where the command may write what memory does not hold: anywhere, unless its client says `allowDiskUse: false`. */
export function scratchOf({ body, engine }: Request): Scratch | undefined {
  return flagOf(body.get('allowDiskUse'), true) ? engine.store.scratch() : undefined;
}

/** What needs a replica set is refused exactly as a standalone refuses it; it is never silently ignored. */
export function refuseTransaction(body: BsonDocument): void {
  if (body.has('txnNumber') || body.has('startTransaction') || body.has('autocommit')) {
    refuse('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos');
  }
}

const READ_LEVELS = ['local', 'available', 'majority'];

export function checkConcerns(body: BsonDocument): void {
  const read = body.get('readConcern');
  const level = read instanceof Map ? read.get('level') : undefined;
  if (level !== undefined && (typeof level !== 'string' || !READ_LEVELS.includes(level))) {
    refuse('NotAReplicaSet', `read concern ${describeValue(level)} is not supported by a standalone`);
  }
  const write = body.get('writeConcern');
  const acknowledgements = write instanceof Map ? numberOf(write.get('w')) : undefined;
  if (acknowledgements !== undefined && acknowledgements > 1) {
    refuse('BadValue', "cannot use 'w' > 1 when a host is not replicated");
  }
}
