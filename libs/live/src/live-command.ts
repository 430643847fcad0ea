import type { z } from 'zod';

import type { Permission } from '#kernel';

/** A command that a socket may send: its name on the wire, and what it is inside. */
export interface LiveCommand {
  /** Such as `deposit`. */
  readonly name: string;
  /** The command's type, such as `DepositFunds`. */
  readonly type: string;
  readonly permission: Permission;
  /** Of the command's data, as it is sent and as it is dispatched. */
  readonly schema: z.ZodType;
  /** The member of the data that names the object, such as `playerId`: the same key for another object is another command. */
  readonly target: string;
}
