import type { Fields } from '../field.js';
import { bcd } from '../fields.js';
import { hexToTheEnd } from '../variable-fields.js';

/** R reads and has no CRC in its request; S sets; M is about one game, 0000 for the whole machine. */
export type PollType = 'R' | 'S' | 'M';

/**
 * How well a layout is known. V: seen in a capture or recomputed. 2+: two independent sources agree. D: one source describes it.
 * K: general knowledge without a source. ?: the layout is not public, so its bytes are carried as they stand.
 */
export type Certainty = 'V' | '2+' | 'D' | 'K' | '?';

export interface PollShape {
  readonly code: number;
  readonly name: string;
  readonly type: PollType;
  readonly certainty: Certainty;
  /** May also be sent to address 0, to all machines; nobody answers then. */
  readonly broadcast?: true;
  readonly request: Fields;
  /** `acknowledgement`: one byte, the address, with its highest bit set for a refusal. */
  readonly response: Fields | 'acknowledgement';
  /** The result comes later, in answer to a general poll, as a frame with this poll's code. */
  readonly deferred?: Fields;
  /** A length byte follows the command and counts what comes after it, the CRC not. */
  readonly lengthByte?: { readonly request?: true; readonly response?: true };
}

export type PollTable = Readonly<Record<string, PollShape>>;

export const noFields = {} as const;
export const acknowledgement = 'acknowledgement';

const longestOpaque = 255;
/** Bytes whose layout is not public. */
export const opaque = { bytes: hexToTheEnd(longestOpaque) } as const;
export const bothLengths = { request: true, response: true } as const;

const value = { value: bcd(4) } as const;

/** A poll that reads one four-byte meter. */
export const meterPoll = <const Code extends number, const Name extends string>(code: Code, name: Name) =>
  ({ code, name, type: 'R', certainty: '2+', request: noFields, response: value }) as const;

/** A poll without data that is acknowledged by one byte. */
export const commandPoll = <const Code extends number, const Name extends string>(code: Code, name: Name) =>
  ({ code, name, type: 'S', certainty: '2+', request: noFields, response: acknowledgement }) as const;

/** A poll that is known by its code and purpose only. */
export const opaquePoll = <const Code extends number, const Name extends string, const Type extends PollType>(
  code: Code,
  name: Name,
  type: Type,
) => ({ code, name, type, certainty: '?', request: type === 'R' ? noFields : opaque, response: opaque }) as const;
