import type { MachineCommand } from '#gateway-protocol';
import type { FactDraft, JournalUrgency, MachineMemory } from '#sas';

import type { LineConfig } from '../config.js';
import type { LatenessReport } from './lateness.js';

/** What the I/O worker is started with. */
export interface LinesData {
  readonly lines: readonly LineConfig[];
  readonly pollEveryMs: number;
  readonly timeZone: string;
  /** Folder for the traffic of every line; null for nowhere. */
  readonly captureDir: string | null;
  readonly registrationKey: string | null;
  /** File that names the machine polled last on each line; kept over a kill. */
  readonly lastPolledFile: string;
  /** What the journal kept, by machine id. */
  readonly memories: readonly (readonly [string, MachineMemory])[];
}

export type ToLines =
  | { readonly type: 'journalled'; readonly line: number; readonly token: number }
  | { readonly type: 'command'; readonly command: MachineCommand }
  | { readonly type: 'pause' | 'resume' | 'report' | 'stop' };

export interface JournalRequest {
  readonly type: 'journal';
  readonly line: number;
  readonly token: number;
  readonly machineId: string;
  readonly facts: readonly FactDraft[];
  readonly memory: MachineMemory;
  readonly urgency: JournalUrgency;
}

export interface LineLog {
  readonly type: 'log';
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}

export type FromLines =
  | JournalRequest
  | LineLog
  | { readonly type: 'report'; readonly report: LatenessReport }
  | { readonly type: 'started' };
