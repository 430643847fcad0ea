import { decodeDocument, documentLength } from '../bson/decode.js';
import { checkDocument } from '../bson/raw.js';
import type { AnswerDocument } from '../bson/encode.js';
import { encodeDocument } from '../bson/encode.js';
import type { BsonDocument } from '../bson/values.js';
import { type CommandBody, parseBody } from './body.js';
import { HEADER_BYTES, ProtocolError } from './framing.js';

/** MongoDB's wire protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
export const opcode = { reply: 1, query: 2004, compressed: 2012, message: 2013 } as const;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Of the flag bits 0 to 15 these are known; any other must be refused. */
const REQUIRED_BITS = 0xffff;
const CHECKSUM_BYTES = 4;
const MAX_SEQUENCE_DOCUMENTS = 100_000;

export interface IncomingMessage {
  readonly requestId: number;
  readonly body: BsonDocument;
  /** Documents to be written, beside the body or in it, by the name of the argument that they are: checked, and not decoded. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** False where the sender does not wait for an answer. */
  readonly answered: boolean;
  /** Whether it came, and must be answered, in the form of drivers' first message. */
  readonly legacy: boolean;
}

/** Reads one message; throws where it is malformed or of a kind that is not spoken. */
export function parseMessage(message: Buffer): IncomingMessage {
  const requestId = message.readInt32LE(4);
  const kind = message.readInt32LE(12);
  if (kind === opcode.message) return { requestId, legacy: false, ...parseSections(message) };
  if (kind === opcode.query) {
    return { requestId, legacy: true, answered: true, sequences: new Map(), body: parseQuery(message) };
  }
  throw new ProtocolError(`opcode ${kind} is not supported`);
}

function parseSections(message: Buffer): Pick<IncomingMessage, 'body' | 'sequences' | 'answered'> {
  if (message.length < HEADER_BYTES + 4) throw new ProtocolError('OP_MSG is cut short');
  const flags = message.readUInt32LE(HEADER_BYTES);
  const unknown = flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME);
  if (unknown !== 0) throw new ProtocolError(`OP_MSG has unknown required flags ${unknown}`);
  const end = message.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : CHECKSUM_BYTES);
  let position = HEADER_BYTES + 4;
  let body: CommandBody | undefined;
  const sequences = new Map<string, readonly Buffer[]>();
  while (position < end) {
    const section = message[position];
    position += 1;
    if (section === 0) {
      if (body !== undefined) throw new ProtocolError('OP_MSG has two bodies');
      const length = documentLength(message, position, end);
      body = parseBody(message.subarray(position, position + length));
      position += length;
    } else if (section === 1) {
      const stop = position + sequenceLength(message, position, end);
      const [name, documents] = parseSequence(message, position + 4, stop);
      if (sequences.has(name)) throw new ProtocolError(`OP_MSG has '${name}' twice`);
      sequences.set(name, documents);
      position = stop;
    } else {
      throw new ProtocolError(`OP_MSG has a section of unknown kind ${section ?? ''}`);
    }
  }
  if (body === undefined) throw new ProtocolError('OP_MSG has no body');
  for (const [name, documents] of sequences) {
    if (body.body.has(name) || body.sequences.has(name)) throw new ProtocolError(`OP_MSG has '${name}' twice`);
    body.sequences.set(name, documents);
  }
  return { ...body, answered: (flags & MORE_TO_COME) === 0 };
}

function sequenceLength(message: Buffer, position: number, end: number): number {
  const length = end - position < 4 ? 0 : message.readInt32LE(position);
  if (length < 6 || length > end - position) throw new ProtocolError('a document sequence has a wrong length');
  return length;
}

function parseSequence(message: Buffer, start: number, stop: number): [string, Buffer[]] {
  const nameEnd = message.indexOf(0, start);
  if (nameEnd < 0 || nameEnd >= stop) throw new ProtocolError('the name of a document sequence does not end');
  const documents: Buffer[] = [];
  let position = nameEnd + 1;
  while (position < stop) {
    if (documents.length >= MAX_SEQUENCE_DOCUMENTS) throw new ProtocolError('a document sequence is too long');
    const length = documentLength(message, position, stop);
    checkDocument(message, position, position + length);
    documents.push(message.subarray(position, position + length));
    position += length;
  }
  return [message.toString('utf8', start, nameEnd), documents];
}

/** OP_QUERY, which is only spoken for the first message: flags, `admin.$cmd`, skip, count, the command. */
function parseQuery(message: Buffer): BsonDocument {
  const nameStart = HEADER_BYTES + 4;
  const nameEnd = message.indexOf(0, nameStart);
  if (nameEnd < 0 || nameEnd + 9 > message.length) throw new ProtocolError('OP_QUERY is cut short');
  const [database, ...collection] = message.toString('utf8', nameStart, nameEnd).split('.');
  if (collection.join('.') !== '$cmd') throw new ProtocolError('OP_QUERY is only supported for commands');
  const start = nameEnd + 9;
  const body = decodeDocument(message, start, start + documentLength(message, start, message.length));
  const command = body.get('$query');
  const inner = command instanceof Map ? command : body;
  if (!inner.has('$db')) inner.set('$db', database ?? 'admin');
  return inner;
}

let lastRequestId = 0;

/** An answer as a message, in the form in which it was asked. */
export function answerMessage({ requestId, legacy }: IncomingMessage, answer: AnswerDocument): Buffer {
  const headroom = legacy ? HEADER_BYTES + 20 : HEADER_BYTES + 5;
  const message = encodeDocument(answer, headroom);
  message.fill(0, HEADER_BYTES, headroom);
  lastRequestId = (lastRequestId + 1) & 0x7fff_ffff;
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(lastRequestId, 4);
  message.writeInt32LE(requestId, 8);
  message.writeInt32LE(legacy ? opcode.reply : opcode.message, 12);
  if (legacy) {
    message.writeInt32LE(8, HEADER_BYTES);
    message.writeInt32LE(1, HEADER_BYTES + 16);
  }
  return message;
}
