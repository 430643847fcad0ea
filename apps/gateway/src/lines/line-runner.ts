import {
  defaultSchedule,
  maximumAddress,
  serialTiming,
  startLine,
  stepLine,
  tcpTiming,
  wakeAt,
  type LineEffect,
  type LineInput,
  type LineSettings,
  type LineState,
  type MachineMemory,
  type Moment,
  type WireSymbol,
} from '#sas';

import type { LineConfig } from '../config.js';
import { CaptureFile } from '../tools/capture-file.js';
import { isSerial, openTransport } from './open-transport.js';
import type { Transport, TransportEvents } from './transport.js';

export interface RunnerOptions {
  readonly line: LineConfig;
  readonly pollEveryMs: number;
  /** Of the hall. */
  readonly timeZone: string;
  readonly localTime: (epochMs: number) => string;
  readonly memories: ReadonlyMap<string, MachineMemory>;
  /** Address of the machine that was polled last before a restart. */
  readonly lastAddress: number | null;
  /** A machine is about to be polled. */
  readonly polls: (address: number) => void;
  /** In the clock of `moment().elapsedMs`. */
  readonly startAtMs: number;
  readonly moment: () => Moment;
  /** Everything that the line asks for apart from sending. */
  readonly carryOut: (effect: Exclude<LineEffect, { type: 'send' }>) => void;
  readonly wakeAt: (elapsedMs: number) => void;
  readonly changed: TransportEvents['changed'];
  /** Where the line's traffic is written down; null for nowhere. */
  readonly captureFile: string | null;
  readonly registrationKey: string | null;
}

/** A line's state machine and its transport. */
export class LineRunner {
  private state: LineState;
  private readonly transport: Transport;
  private readonly capture: CaptureFile | null;

  constructor(private readonly options: RunnerOptions) {
    const { url, machines } = options.line;
    const settings: LineSettings = {
      machines,
      pollEveryMs: options.pollEveryMs,
      timing: isSerial(url) ? serialTiming : tcpTiming,
      schedule: defaultSchedule,
      localTime: options.localTime,
      registrationKey: options.registrationKey,
    };
    this.capture =
      options.captureFile === null
        ? null
        : new CaptureFile(
            options.captureFile,
            { line: url, timeZone: options.timeZone },
            () => options.moment().elapsedMs,
          );
    this.state = startLine(settings, options.memories, options.startAtMs, options.lastAddress);
    const events: TransportEvents = {
      symbols: (symbols) => {
        this.capture?.note('machine', symbols);
        this.feed({ type: 'symbols', symbols });
      },
      changed: options.changed,
    };
    this.transport = openTransport(url, events);
    options.wakeAt(wakeAt(this.state));
  }

  feed(input: LineInput): void {
    const { state, effects } = stepLine(this.state, input, this.options.moment());
    this.state = state;
    for (const effect of effects) {
      if (effect.type === 'send') this.send(effect.symbols);
      else this.options.carryOut(effect);
    }
    this.options.wakeAt(wakeAt(state));
  }

  private send(symbols: readonly WireSymbol[]): void {
    const address = symbols.findLast(({ wakeup }) => wakeup)?.byte ?? 0;
    this.options.polls(address & maximumAddress);
    this.capture?.note('host', symbols);
    this.transport.send(symbols);
  }

  close(): void {
    this.transport.close();
    this.capture?.close();
  }
}
