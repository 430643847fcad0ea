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
import { serialTransport } from './serial-transport.js';
import { tcpTransport } from './tcp-transport.js';
import type { Transport, TransportEvents } from './transport.js';

const serialScheme = 'serial:';

export const isSerial = (url: string): boolean => url.startsWith(serialScheme);
export const devicePath = (url: string): string => url.slice(serialScheme.length);

export interface RunnerOptions {
  readonly line: LineConfig;
  readonly pollEveryMs: number;
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
}

/** A line's state machine and its transport. */
export class LineRunner {
  private state: LineState;
  private readonly transport: Transport;

  constructor(private readonly options: RunnerOptions) {
    const { url, machines } = options.line;
    const settings: LineSettings = {
      machines,
      pollEveryMs: options.pollEveryMs,
      timing: isSerial(url) ? serialTiming : tcpTiming,
      schedule: defaultSchedule,
      localTime: options.localTime,
      busyByGeneralPoll: true,
    };
    this.state = startLine(settings, options.memories, options.startAtMs, options.lastAddress);
    const events: TransportEvents = {
      symbols: (symbols) => this.feed({ type: 'symbols', symbols }),
      changed: options.changed,
    };
    this.transport = isSerial(url) ? serialTransport(devicePath(url), events) : tcpTransport(url, events);
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
    this.transport.send(symbols);
  }

  close(): void {
    this.transport.close();
  }
}
