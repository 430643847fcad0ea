import type { Projection } from '#kernel';

import type { FeedEventOf } from './feed-events.js';

type GameRead = FeedEventOf<'machine.games-read.v1'>['data']['games'][number];

/** A game of a machine: what it is, and what was wagered and won on it, in credits. */
export type MachineGame = GameRead & { readonly meters: Readonly<Record<string, number>> | null };

export interface MachineGames {
  readonly hallId: string | null;
  readonly games: readonly MachineGame[];
  /** In 1/10 000 of the currency's unit; null before meters were read. */
  readonly denomination: number | null;
  readonly metersReadAt: string | null;
}

type GamesEvent = FeedEventOf<'machine.games-read.v1' | 'machine.game-meters-read.v1'>;

/** The games of each machine, as it told them last. */
export const machineGames: Projection<MachineGames, GamesEvent> = {
  name: 'machine-games',
  version: 1,
  handles: ['machine.games-read.v1', 'machine.game-meters-read.v1'],
  idOf: ({ data }) => data.machineId,
  evolve: (doc, { type, data, metadata }) => {
    const before = doc ?? { hallId: metadata.hallId, games: [], denomination: null, metersReadAt: null };
    const event = { type, data } as GamesEvent;
    if (event.type === 'machine.games-read.v1') return { ...before, games: described(before.games, event.data.games) };
    const { games, denomination } = event.data;
    return { ...before, games: counted(before.games, games), denomination, metersReadAt: metadata.occurredAt };
  },
};

const described = (before: readonly MachineGame[], games: readonly GameRead[]): MachineGame[] =>
  games.map((game) => ({ ...game, meters: before.find((each) => each.game === game.game)?.meters ?? null }));

const unknown = {
  ...{ name: null, gameId: null, payTable: null, basePercent: null, denominationCode: null, maxBet: null },
  ...{ progressiveGroup: null, wagerCategories: [] },
};

/** Meters of a game that was never described stand beside those of the others. */
function counted(
  before: readonly MachineGame[],
  read: FeedEventOf<'machine.game-meters-read.v1'>['data']['games'],
): MachineGame[] {
  const games = new Map(before.map((game) => [game.game, game]));
  for (const { game, meters } of read) games.set(game, { ...unknown, ...games.get(game), game, meters });
  return [...games.values()].sort((a, b) => a.game - b.game);
}
