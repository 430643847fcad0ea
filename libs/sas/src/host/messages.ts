import type { FactBody, MachineCommand } from '#gateway-protocol';

import type { WireSymbol } from '../transport/symbols.js';
import type { MachineMemory } from './memory.js';

/** A fact before the journal gives it its sequence. */
export interface FactDraft {
  /** ISO 8601, when the host heard it. */
  readonly at: string;
  /** The raw frame in hexadecimal. */
  readonly frame?: string;
  readonly body: FactBody;
}

/** What a line is told. */
export type LineInput =
  | { readonly type: 'tick' }
  | { readonly type: 'symbols'; readonly symbols: readonly WireSymbol[] }
  /** What the effect with this token asked for is on disk. */
  | { readonly type: 'journalled'; readonly token: number }
  | { readonly type: 'command'; readonly command: MachineCommand }
  /** The journal cannot write: machines keep their events until `resume`. */
  | { readonly type: 'pause' }
  | { readonly type: 'resume' };

/** `wait`: the line is still until it is on disk. `soon`: on disk with the next commit. `lazy`: with whatever is next. */
export type JournalUrgency = 'wait' | 'soon' | 'lazy';

/** What a line asks its surroundings to do. */
export type LineEffect =
  | { readonly type: 'send'; readonly symbols: readonly WireSymbol[] }
  | {
      readonly type: 'journal';
      readonly token: number;
      readonly machineId: string;
      readonly facts: readonly FactDraft[];
      readonly memory: MachineMemory;
      readonly urgency: JournalUrgency;
    }
  /** A machine's cycle began, so many milliseconds after it was due. */
  | { readonly type: 'cycle'; readonly machineId: string; readonly latenessMs: number }
  | { readonly type: 'log'; readonly machineId: string; readonly message: string; readonly detail?: string };
