import type { Answer, CommandExecutor, RoutedCommand } from '#event-sourcing';
import { derivedId } from '#kernel';

import type { CreateHall } from './hall.js';
import { halls } from './halls.aggregate.js';

/** The hall's id comes from the command's. Its own first event is already stamped with its calendar. */
export async function createHall(
  executor: CommandExecutor,
  { command, envelope }: RoutedCommand<CreateHall>,
): Promise<Answer> {
  const hallId = derivedId('hall', envelope.commandId);
  const { timeZone, dayStart } = command.data;
  const hall = { hallId, calendar: { timeZone, dayStart } };
  const { position, revision } = await executor.execute({ aggregate: halls, id: hallId, command, envelope, hall });
  return { status: 201, body: { id: hallId, ...command.data }, position, revision };
}
