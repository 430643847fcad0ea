import type { AnswerDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import type { Engine } from '../engine.js';

/** One command as it came from a client. */
export interface Request {
  readonly engine: Engine;
  readonly database: string;
  /** The command's name, which is its first field. */
  readonly name: string;
  /** All arguments but those that came as document sequences. */
  readonly body: BsonDocument;
  /** Document sequences under the names of their arguments, as BSON. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  readonly connectionId: number;
}

export interface Command {
  /** The arguments it knows, beyond those that every command has. Others are refused by name. */
  readonly fields: readonly string[] | 'any';
  readonly run: (request: Request) => Promise<AnswerDocument> | AnswerDocument;
}

export type Commands = Readonly<Record<string, Command>>;
