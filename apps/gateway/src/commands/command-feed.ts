import { maximumCommandWaitSeconds, type CommandPage, type MachineCommand } from '#gateway-protocol';

import type { Journal } from '../journal/journal.js';
import { maximumUnsettledCommands } from '../journal/record.js';
import type { Log } from '../log.js';
import { backOffMs, pause } from '../uplink/back-off.js';
import { reasonOf } from '../uplink/uplink.js';

/** Pause while as many commands wait as may, in milliseconds. */
const crowdedPauseMs = 1000;
/** Least time between two polls that brought nothing, in milliseconds: a platform that does not wait is not hammered. */
const emptyPollPauseMs = 250;

export interface CommandSource {
  fetchCommands(after: string | null, waitSeconds: number, signal: AbortSignal): Promise<CommandPage>;
}

/**
 * Fetches commands by long poll, journals them with the cursor, and only then hands them to the lines. The same id twice is done once.
 */
export class CommandFeed {
  constructor(
    private readonly journal: Journal,
    private readonly platform: CommandSource,
    private readonly machineIds: ReadonlySet<string>,
    private readonly deliver: (command: MachineCommand) => void,
    private readonly log: Log,
  ) {}

  /** Hands over what was not settled before the restart, then fetches until the signal is raised. */
  async run(signal: AbortSignal): Promise<void> {
    for (const command of this.journal.state.commands.unsettled) this.hand(command);
    let failures = 0;
    while (!signal.aborted) {
      try {
        const { unsettled, cursor } = this.journal.state.commands;
        if (unsettled.length >= maximumUnsettledCommands) await pause(crowdedPauseMs, signal);
        else await this.take(await this.platform.fetchCommands(cursor, maximumCommandWaitSeconds, signal), signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        if (failures === 1) this.log.warn({ reason: reasonOf(error) }, 'commands cannot be fetched');
        await pause(backOffMs(failures), signal);
      }
    }
  }

  private async take({ items, next }: CommandPage, signal: AbortSignal): Promise<void> {
    const { cursor, unsettled, settledIds } = this.journal.state.commands;
    const known = new Set([...settledIds, ...unsettled.map(({ id }) => id)]);
    const once = [...new Map(items.map((command) => [command.id, command])).values()];
    const fresh = once.filter(({ id, machineId }) => !known.has(id) && this.machineIds.has(machineId));
    for (const { id, machineId } of items) {
      if (!this.machineIds.has(machineId))
        this.log.warn({ commandId: id, machineId }, 'command for a machine of another');
    }
    if (fresh.length > 0 || next !== cursor) {
      await this.journal.append({ kind: 'commands', cursor: next, commands: fresh });
    }
    for (const command of fresh) this.hand(command);
    if (items.length === 0) await pause(emptyPollPauseMs, signal);
  }

  private hand(command: MachineCommand): void {
    const { id: commandId, machineId, kind, deadline } = command;
    this.log.info({ commandId, machineId, kind, deadline }, 'command received');
    this.deliver(command);
  }
}
