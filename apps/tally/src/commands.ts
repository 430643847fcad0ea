import { calls } from './calls.command.js';
import type { TallyCommand } from './command.js';
import { evidenceExport, evidenceVerify } from './evidence.commands.js';
import { logProve } from './log-prove.command.js';
import { logVerify } from './log-verify.command.js';
import { streamsShow } from './streams-show.command.js';

/** Everything that `tally` can do. */
export const commands: readonly TallyCommand[] = [
  logVerify,
  logProve,
  evidenceExport,
  evidenceVerify,
  streamsShow,
  calls,
];
