import { Worker } from 'node:worker_threads';

import type { AgreedStretch, Stretch } from '#tamper-log';

import type { CommandLine } from './command.js';

/** What a thread answers to the stretch that it was given. */
export type ComparingAnswer = { readonly agreed: AgreedStretch | undefined } | { readonly failed: string };

interface Asked {
  readonly stretch: Stretch;
  readonly resolve: (agreed: AgreedStretch | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Threads that compare stretches of the log with the store, each over connections of its own. */
export class ComparingThreads {
  private readonly workers: Worker[] = [];
  private readonly idle: Worker[] = [];
  private readonly waiting: Asked[] = [];
  private readonly underWay = new Map<Worker, Asked>();
  private failure: Error | undefined;

  /** @param line says where the stores are */
  constructor({ options, env, positionals }: CommandLine, count: number) {
    for (let each = 0; each < count; each += 1) {
      const worker = new Worker(new URL('./comparing.worker.js', import.meta.url), {
        workerData: { options, env, positionals } satisfies CommandLine,
      });
      worker.on('message', (answer: ComparingAnswer) => this.answered(worker, answer));
      worker.on('error', (error) => this.fail(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', () => this.fail(new Error('A thread that compared store and log has ended.')));
      this.workers.push(worker);
      this.idle.push(worker);
    }
  }

  /** @throws {Error} the stores could not be read */
  readonly compare = (stretch: Stretch): Promise<AgreedStretch | undefined> =>
    new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.waiting.push({ stretch, resolve, reject });
      this.giveOut();
    });

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private giveOut(): void {
    while (this.idle.length > 0 && this.waiting.length > 0) {
      const [worker, asked] = [this.idle.shift(), this.waiting.shift()];
      if (!worker || !asked) return;
      this.underWay.set(worker, asked);
      worker.postMessage(asked.stretch);
    }
  }

  private answered(worker: Worker, answer: ComparingAnswer): void {
    const asked = this.underWay.get(worker);
    this.underWay.delete(worker);
    this.idle.push(worker);
    if ('failed' in answer) asked?.reject(new Error(answer.failed));
    else asked?.resolve(answer.agreed);
    this.giveOut();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of [...this.underWay.values(), ...this.waiting]) reject(this.failure);
    this.underWay.clear();
    this.waiting.length = 0;
  }
}
