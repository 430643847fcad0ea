import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { FrameSplitter } from './frames.js';
import { CallError, encodedMessage, rpcStatus } from './rpc-status.js';

/** Bytes of answers that are held back at most until the turn of the event loop ends. */
export const coalescedBytes = 64 * 1024;

const contentType = 'application/grpc';

/** Who serves a call: the messages of the client as they come, and the end of its side. */
export interface CallListener {
  message(message: Buffer): void;
  end(): void;
}

/**
 * One call of a client. Answers are given as frames (a message behind its header) so that many can go as one piece:
 * those of one turn of the event loop are written together.
 */
export class RpcCall {
  private readonly held: Buffer[] = [];
  private heldBytes = 0;
  private isFlushing = false;
  private isFull = false;
  private isFinished = false;
  private hasResponded = false;
  private isClosed = false;
  private readonly goneListeners = new Set<() => void>();
  private readonly drainListeners = new Set<() => void>();
  private deadline: NodeJS.Timeout | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    /** The address by which the client reached the server. */
    readonly authority: string,
    timeoutMs: number | null,
    private readonly errorOf: (error: unknown) => CallError,
  ) {
    stream.on('error', () => undefined);
    stream.on('close', () => this.closed());
    stream.on('drain', () => this.drained());
    if (timeoutMs !== null) this.deadline = setTimeout(() => this.fail(tooLate()), timeoutMs).unref();
  }

  /** Whether the client has gone, or the call has got its status. */
  get isOver(): boolean {
    return this.isFinished || this.isClosed;
  }

  /** Starts to take what the client sends. What a listener throws ends the call. */
  listen(listener: CallListener): void {
    const guarded = (act: () => void): void => {
      try {
        if (!this.isOver) act();
      } catch (error) {
        this.fail(error);
      }
    };
    const splitter = new FrameSplitter((message) => {
      if (!this.isOver) listener.message(message);
    });
    this.stream.on('data', (chunk: Buffer) => guarded(() => splitter.push(chunk)));
    this.stream.on('end', () => guarded(() => listener.end()));
  }

  /** Takes nothing more from the client until `resume`: flow control holds it back. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** Calls `listener` when the client has gone or the call is over; answers how to stop it. */
  onGone(listener: () => void): () => void {
    this.goneListeners.add(listener);
    return () => this.goneListeners.delete(listener);
  }

  /** Calls `listener` once, when the connection takes more; answers how to stop it. */
  onDrain(listener: () => void): () => void {
    this.drainListeners.add(listener);
    return () => this.drainListeners.delete(listener);
  }

  /** Sends frames; false when the client should be waited for. */
  write(frames: Buffer): boolean {
    if (this.isOver) return true;
    this.held.push(frames);
    this.heldBytes += frames.length;
    if (this.heldBytes >= coalescedBytes) this.flush();
    else if (!this.isFlushing) {
      this.isFlushing = true;
      process.nextTick(() => {
        this.isFlushing = false;
        this.flush();
      });
    }
    return !this.isFull;
  }

  /** Ends the call well, behind everything that was sent. */
  finish(): void {
    this.end({ 'grpc-status': String(rpcStatus.ok) });
  }

  /** Ends the call with the status of an error. */
  fail(error: unknown): void {
    const { code, details, trailers } = this.errorOf(error);
    this.end({ 'grpc-status': String(code), 'grpc-message': encodedMessage(details), ...trailers });
  }

  private end(trailers: Readonly<Record<string, string>>): void {
    if (this.isOver) return;
    this.flush();
    this.isFinished = true;
    this.gone();
    if (!this.hasResponded) {
      this.stream.respond({ ':status': 200, 'content-type': contentType, ...trailers }, { endStream: true });
      return this.tellToStop();
    }
    this.stream.once('wantTrailers', () => {
      this.stream.sendTrailers({ ...trailers });
      this.tellToStop();
    });
    this.stream.end();
  }

  /** A client that is still sending is told to stop, once it has got the status. */
  private tellToStop(): void {
    if (this.stream.readableEnded) return;
    setImmediate(() => {
      if (!this.stream.destroyed) this.stream.close(constants.NGHTTP2_NO_ERROR);
    });
  }

  private flush(): void {
    if (this.heldBytes === 0 || this.isOver) return;
    if (!this.hasResponded) {
      this.hasResponded = true;
      this.stream.respond({ ':status': 200, 'content-type': contentType }, { waitForTrailers: true });
    }
    const [only] = this.held;
    const bytes = this.held.length === 1 && only !== undefined ? only : Buffer.concat(this.held, this.heldBytes);
    this.held.length = 0;
    this.heldBytes = 0;
    this.isFull = !this.stream.write(bytes);
  }

  private drained(): void {
    this.isFull = false;
    const listeners = [...this.drainListeners];
    this.drainListeners.clear();
    for (const listener of listeners) listener();
  }

  private closed(): void {
    this.isClosed = true;
    this.gone();
  }

  private gone(): void {
    clearTimeout(this.deadline);
    const listeners = [...this.goneListeners];
    this.goneListeners.clear();
    for (const listener of listeners) listener();
  }
}

const tooLate = (): CallError => new CallError(rpcStatus.deadlineExceeded, 'The deadline of the call has passed.');
