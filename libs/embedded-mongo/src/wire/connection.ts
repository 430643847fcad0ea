import type { Socket } from 'node:net';
import type { AnswerDocument } from '../bson/encode.js';
import { Double } from '../bson/values.js';
import { runCommand } from '../commands/registry.js';
import type { Engine } from '../engine.js';
import { CommandError, errorCodes } from '../errors.js';
import { Framing, ProtocolError } from './framing.js';
import type { IncomingMessage } from './messages.js';
import { answerMessage, parseMessage } from './messages.js';

/** Messages of one connection that may wait; past it nothing more is read until they are served. */
const MAX_WAITING_MESSAGES = 64;
/** Bytes a client may leave unread before its next command is held back. */
const MAX_UNSENT_BYTES = 64 * 1024 * 1024;

const HANDSHAKES = new Set(['hello', 'isMaster', 'ismaster']);

/** Serves one client: commands one after the other, in the order they came. What is malformed closes it, and it alone. */
export function serveConnection(socket: Socket, engine: Engine, connectionId: number): void {
  new Connection(socket, engine, connectionId).serve();
}

class Connection {
  private readonly framing = new Framing();
  private waiting: Buffer[] = [];
  private serving = false;

  constructor(
    private readonly socket: Socket,
    private readonly engine: Engine,
    private readonly id: number,
  ) {}

  serve(): void {
    this.engine.connections += 1;
    this.socket.setNoDelay(true);
    this.socket.on('data', (bytes: Buffer) => this.receive(bytes));
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.engine.connections -= 1;
      this.waiting = [];
    });
  }

  private receive(bytes: Buffer): void {
    try {
      for (const message of this.framing.push(bytes)) this.waiting.push(message);
    } catch (error) {
      return this.close(error);
    }
    if (this.waiting.length > MAX_WAITING_MESSAGES) this.socket.pause();
    if (!this.serving) void this.serveWaiting();
  }

  private async serveWaiting(): Promise<void> {
    this.serving = true;
    try {
      for (let message = this.waiting.shift(); message !== undefined; message = this.waiting.shift()) {
        await this.serveMessage(message);
        if (this.socket.isPaused() && this.waiting.length === 0) this.socket.resume();
      }
    } catch (error) {
      this.close(error);
    } finally {
      this.serving = false;
    }
  }

  private async serveMessage(bytes: Buffer): Promise<void> {
    const message = parseMessage(bytes);
    const answer = await this.answer(message);
    if (!message.answered || this.socket.destroyed) return;
    this.socket.write(answerMessage(message, answer));
    if (this.socket.writableLength > MAX_UNSENT_BYTES) await this.drained();
  }

  private async answer({ body, sequences, legacy }: IncomingMessage): Promise<AnswerDocument> {
    const [name] = body.keys();
    if (name === undefined) throw new ProtocolError('a command has no name');
    if (legacy && !HANDSHAKES.has(name)) {
      const { CommandNotSupported } = errorCodes;
      const errmsg = `OP_QUERY is only supported for the first message, not for '${name}'`;
      return { ok: new Double(0), errmsg, code: CommandNotSupported, codeName: 'CommandNotSupported' };
    }
    const database = body.get('$db');
    if (typeof database !== 'string') throw new ProtocolError("a command has no '$db'");
    return runCommand({ engine: this.engine, database, name, body, sequences, connectionId: this.id });
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      this.socket.once('drain', resolve);
      this.socket.once('close', () => resolve());
    });
  }

  /** Ends the connection over what its client sent; anything but a broken protocol is a fault of this engine. */
  private close(error: unknown): void {
    const known = error instanceof ProtocolError || error instanceof CommandError || error instanceof RangeError;
    const reason = error instanceof Error ? error.message : String(error);
    process.emitWarning(`connection ${this.id} closed: ${reason}`, known ? 'ProtocolError' : 'InternalError');
    this.waiting = [];
    this.socket.destroy();
  }
}
