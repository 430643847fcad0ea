import { z } from 'zod';

import type { Answer, CommandExecutor, CommandHandler, CommandResult, HallDirectory } from '#event-sourcing';
import { type Command, mayUseHall, notFound, positiveMoneySchema, reasonSchema } from '#kernel';
import { players } from '#players';

import type { WalletCommand, WalletEvent } from './wallet.js';
import { wallets } from './wallets.aggregate.js';

/** What a caller sends to move money: an amount, and why where it matters. */
export const movementSchema = z.strictObject({ amount: positiveMoneySchema, reason: reasonSchema.optional() });

/** The same with the player, where no path names one: over the socket. */
export const movementCommandSchema = movementSchema.extend({ playerId: z.uuid() });

type MovementCommand = Command<WalletCommand['type'], z.output<typeof movementCommandSchema>>;

export interface WalletDependencies {
  readonly executor: CommandExecutor;
  readonly halls: HallDirectory;
}

/** Carries out a deposit or a withdrawal for a caller who may see the player. */
export const moveFunds =
  ({ executor, halls }: WalletDependencies): CommandHandler<MovementCommand> =>
  async ({ command, envelope, caller }) => {
    const { playerId, amount, reason } = command.data;
    const { state: player } = await executor.load(players, playerId);
    if (player.status === 'missing' || !mayUseHall(caller, player.hallId)) {
      throw notFound('player_unknown', 'There is no such player.');
    }
    const hall = await halls.hall(player.hallId);
    const data = { playerId, amount, currency: hall.currency, ...(reason === undefined ? {} : { reason }) };
    const movement: WalletCommand = { type: command.type, data };
    return entryAnswer(await executor.execute({ aggregate: wallets, id: playerId, command: movement, envelope, hall }));
  };

/** A movement's answer: the entry, as its event tells it. */
function entryAnswer({ events, position }: CommandResult<WalletEvent>): Answer {
  const [event] = events;
  if (!event) throw new TypeError('A movement of funds always causes an event.');
  const { playerId, amount, balance } = event.data;
  return { status: 201, body: { entryId: event.id, playerId, amount, balance }, position };
}
