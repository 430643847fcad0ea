import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { LatenessReport } from './lateness.js';
import type { FromLines, JournalRequest, LineLog, LinesData, ToLines } from './messages.js';

/**
 * Little garbage at a time: with the default of 16 MB single collections stood in the way of polls for up to 50 ms on a busy
 * machine.
 */
const maxYoungGenerationSizeMb = 4;

export interface LinesEvents {
  /** To be answered by {@link Lines.journalled} once it is on disk. */
  journal(request: JournalRequest): void;
  log(entry: LineLog): void;
  /** The thread ended by itself: nothing is polled any more. */
  died(error: Error): void;
}

/** The gateway's lines, seen from the main thread. */
export class Lines {
  private readonly worker: Worker;
  private readonly reports: ((report: LatenessReport) => void)[] = [];
  private stopping = false;

  constructor(data: LinesData, events: LinesEvents) {
    const resourceLimits = { maxYoungGenerationSizeMb };
    this.worker = new Worker(new URL('./line-worker.js', import.meta.url), { workerData: data, resourceLimits });
    this.worker.on('message', (message: FromLines) => {
      if (message.type === 'journal') events.journal(message);
      if (message.type === 'log') events.log(message);
      if (message.type === 'report') this.reports.shift()?.(message.report);
    });
    this.worker.on('error', (error) => events.died(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', (code) => {
      if (!this.stopping) events.died(new Error(`the lines' thread ended with code ${code}`));
    });
  }

  journalled(line: number, token: number): void {
    this.tell({ type: 'journalled', line, token });
  }

  tell(message: ToLines): void {
    this.worker.postMessage(message);
  }

  /** How late cycles began since the last report. */
  report(): Promise<LatenessReport> {
    return new Promise((resolve) => {
      this.reports.push(resolve);
      this.tell({ type: 'report' });
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const ended = once(this.worker, 'exit');
    this.tell({ type: 'stop' });
    await ended;
  }
}
