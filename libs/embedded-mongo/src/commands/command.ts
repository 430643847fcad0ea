import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import type { Engine } from '../engine.js';

/** One command as it came from a client. */
export interface Request {
  readonly engine: Engine;
  readonly database: string;
  /** The command's name, which is its first field. */
  readonly name: string;
  /** All arguments; document sequences stand here as arrays under their names. */
  readonly body: BsonDocument;
  readonly connectionId: number;
}

export interface Command {
  /** The arguments it knows, beyond those that every command has. Others are refused by name. */
  readonly fields: readonly string[] | 'any';
  readonly run: (request: Request) => Promise<AnswerDocument> | AnswerDocument;
}

export type Commands = Readonly<Record<string, Command>>;
