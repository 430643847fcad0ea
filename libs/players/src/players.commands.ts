import { z } from 'zod';

import type { CommandExecutor, CommandHandler, HallDirectory } from '#event-sourcing';
import { type Command, derivedId, mayUseHall, notFound } from '#kernel';
import type { PersonalData } from '#personal-data';

import { type ErasePlayer, playerUnknown } from './player.js';
import { players } from './players.aggregate.js';

export const registerPlayerSchema = z.strictObject({
  hallId: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(200).meta({ example: 'Elena Petrova' }),
});

export type RegisterPlayerRequest = Command<'RegisterPlayer', z.output<typeof registerPlayerSchema>>;

export interface PlayerDependencies {
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
  readonly personalData: PersonalData;
}

/** The player's id comes from the command's, so that a repeat is the same player. */
export const registerPlayer =
  ({ executor, halls, personalData }: PlayerDependencies): CommandHandler<RegisterPlayerRequest> =>
  async ({ command: { data }, envelope, caller }) => {
    if (!mayUseHall(caller, data.hallId)) throw notFound('hall_unknown', 'There is no such hall.');
    const hall = await halls.hall(data.hallId);
    const playerId = derivedId('player', envelope.commandId);
    const sealedName = await personalData.encrypt(playerId, 'name', data.name);
    const { position } = await executor.execute({
      aggregate: players,
      id: playerId,
      command: { type: 'RegisterPlayer', data: { playerId, hallId: data.hallId, sealedName } },
      envelope,
      hall,
    });
    return { status: 201, body: { playerId, hallId: data.hallId, name: data.name }, position };
  };

/** The fact first, then the key: whoever reads the fact erases the key again, should this process die in between. */
export const erasePlayer =
  ({ executor, halls, personalData }: PlayerDependencies): CommandHandler<ErasePlayer> =>
  async ({ command, envelope, caller }) => {
    const { playerId } = command.data;
    const { state } = await executor.load(players, playerId);
    if (state.status === 'missing' || !mayUseHall(caller, state.hallId)) throw playerUnknown();
    const hall = await halls.hall(state.hallId);
    const { position } = await executor.execute({ aggregate: players, id: playerId, command, envelope, hall });
    await personalData.erase(playerId);
    return { status: 200, body: { playerId, name: null }, position };
  };
