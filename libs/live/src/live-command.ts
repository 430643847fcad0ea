import type { z } from 'zod';

import type { CommandEnvelope } from '#event-sourcing';
import type { Caller, Permission } from '#kernel';

/** A command that a socket may send: its name on the wire, and what it is inside. */
export interface LiveCommand {
  /** Such as `deposit`. */
  readonly name: string;
  /** The command's type, such as `DepositFunds`. */
  readonly type: string;
  readonly permission: Permission;
  readonly schema: z.ZodType;
}

export interface SocketRequest {
  readonly caller: Caller;
  /** The command's name on the wire; stands where REST has method and path. */
  readonly name: string;
  readonly key: string;
  /** The data as it was sent. */
  readonly data: unknown;
  readonly correlationId: string;
}

/** Makes the envelope of a command, in the same way as for REST. */
export type EnvelopeOf = (request: SocketRequest) => CommandEnvelope;
