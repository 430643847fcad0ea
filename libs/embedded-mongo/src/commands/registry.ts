import type { AnswerDocument } from '../bson/encode.js';
import { Double } from '../bson/values.js';
import { CommandError, refuse } from '../errors.js';
import { damageIn } from '../storage/damage.js';
import { StorageFailure } from '../storage/write-queue.js';
import { aggregateCommands } from './aggregate.js';
import { collectionCommands } from './collections.js';
import type { Command, Commands, Request } from './command.js';
import { countingCommands } from './counting.js';
import { deleteCommands } from './delete.js';
import { explainCommands } from './explain.js';
import { findAndModifyCommands } from './find-and-modify.js';
import { findCommands } from './find.js';
import { handshakeCommands } from './handshake.js';
import { indexCommands } from './indexes.js';
import { insertCommands } from './insert.js';
import { checkConcerns, refuseTransaction } from './options.js';
import { updateCommands } from './update.js';

const commands: Commands = {
  ...handshakeCommands,
  ...insertCommands,
  ...updateCommands,
  ...deleteCommands,
  ...findAndModifyCommands,
  ...findCommands,
  ...countingCommands,
  ...aggregateCommands,
  ...indexCommands,
  ...collectionCommands,
  ...explainCommands,
};

/** Every command with the arguments that it takes. */
export const commandFields = (): Map<string, readonly string[] | 'any'> =>
  new Map(Object.entries(commands).map(([name, { fields }]) => [name, fields]));

/** Arguments that every command may have. */
const COMMON_FIELDS = new Set([
  ...['$db', 'lsid', '$clusterTime', '$readPreference', 'comment', 'maxTimeMS', 'readConcern', 'writeConcern'],
  ...['apiVersion', 'apiStrict', 'apiDeprecationErrors', 'txnNumber', 'startTransaction', 'autocommit'],
]);

const TRANSACTION_COMMANDS = ['commitTransaction', 'abortTransaction'];

/** Runs one command; what goes wrong becomes an answer in MongoDB's form, and never more than that. */
export async function runCommand(request: Request): Promise<AnswerDocument> {
  try {
    return { ...plain(await dispatch(request)), ok: new Double(1) };
  } catch (error) {
    return failure(error);
  }
}

/** Commands that only this engine knows are built as plain objects; the spread needs no more. */
const plain = (answer: AnswerDocument) => (answer instanceof Map ? Object.fromEntries(answer) : answer);

function dispatch(request: Request): Promise<AnswerDocument> | AnswerDocument {
  const { name, body, engine } = request;
  engine.commandsServed += 1;
  refuseTransaction(body);
  if (TRANSACTION_COMMANDS.includes(name))
    refuse('IllegalOperation', 'Transaction numbers are only allowed on a replica set member or mongos');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return refuse('CommandNotFound', `no such command: '${name}'`);
  for (const field of body.keys()) checkField(command, name, field);
  for (const field of request.sequences.keys()) checkField(command, name, field);
  checkConcerns(body);
  return command.run(request);
}

function checkField({ fields }: Command, name: string, field: string): void {
  if (fields === 'any' || field === name || COMMON_FIELDS.has(field) || fields.includes(field)) return;
  refuse('UnknownCommandField', `BSON field '${name}.${field}' is an unknown field.`);
}

function failure(error: unknown): AnswerDocument {
  const { message, code, codeName, details } = refusalOf(error);
  return { ok: new Double(0), errmsg: message, code, codeName, ...(details as Readonly<Record<string, never>>) };
}

function refusalOf(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const named = error instanceof StorageFailure ? 'OutOfDiskSpace' : 'InternalError';
  return damageIn(error) ?? new CommandError(named, messageOf(error));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
