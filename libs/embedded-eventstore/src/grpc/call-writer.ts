import type { RpcCall } from '../rpc/rpc-call.js';
import { CallError, rpcStatus } from '../rpc/rpc-status.js';
import type { Log } from '../storage/log.js';

/** How long a reader may take nothing at all, milliseconds, before its lag is looked at. */
export const stalledReaderMs = 60_000;
/** Bytes of log a reader that takes nothing may fall behind; then its call ends and it can resume. */
export const maximumLagBytes = 64 * 1024 * 1024;

/**
 * Sends to one reader at the reader's own pace: nothing is queued for it beyond the few messages its connection
 * holds. One that takes nothing for long while the log grows is sent away with an error it can resume from.
 */
export class CallWriter {
  private hasGone = false;
  private controller: AbortController | null = null;
  private readonly stop = (): void => {
    this.hasGone = true;
    this.controller?.abort('the reader has gone');
  };

  constructor(
    private readonly call: Pick<RpcCall, 'write' | 'onGone' | 'onDrain'>,
    private readonly stopping: AbortSignal,
    private readonly log: Pick<Log, 'durable'>,
    private readonly stallMs: number = stalledReaderMs,
    private readonly lagBytes: number = maximumLagBytes,
  ) {
    call.onGone(this.stop);
  }

  /** Whether the reader has gone or the server stops. */
  get isOver(): boolean {
    return this.hasGone || this.stopping.aborted;
  }

  /** Aborted when the reader has gone or the server stops. It is made when somebody asks for it: most pages never wait. */
  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      this.stopping.addEventListener('abort', this.stop);
      if (this.isOver) this.stop();
    }
    return this.controller.signal;
  }

  /** Sends frames; a promise when the reader should be waited for, rejected when it stalled for too long. */
  send(frames: Buffer): Promise<void> | undefined {
    if (this.isOver || this.call.write(frames)) return undefined;
    return this.drained();
  }

  /** Lets go of the server's signal. */
  release(): void {
    this.stopping.removeEventListener('abort', this.stop);
  }

  private drained(): Promise<void> {
    const { signal } = this;
    const durableAtStart = this.log.durable;
    return new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        clearInterval(timer);
        stopListening();
        signal.removeEventListener('abort', settleWell);
        if (error === undefined) resolve();
        else reject(error);
      };
      const settleWell = (): void => settle();
      const timer = setInterval(() => {
        if (this.log.durable - durableAtStart > this.lagBytes) settle(tooSlow());
      }, this.stallMs);
      timer.unref();
      const stopListening = this.call.onDrain(settleWell);
      signal.addEventListener('abort', settleWell);
    });
  }
}

const tooSlow = (): CallError =>
  new CallError(rpcStatus.aborted, 'The reader is too slow: resume from the last event that was handled.');
