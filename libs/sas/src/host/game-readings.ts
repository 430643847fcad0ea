import type { Answer } from '../codec/index.js';
import { settle } from './commands.js';
import { writeFact } from './journalling.js';
import type { MachineState, TurnDraft } from './state.js';
import type { GameMetersInProgress, GameRead, MetersTrigger, Task } from './tasks.js';

/** Games of one machine that are read one by one, and wager categories of one game. */
export const maximumGamesRead = 40;
const maximumCategories = 10;

const descriptionPolls: ReadonlySet<string> = new Set([
  'gameConfiguration',
  'extendedGameInformation',
  'wagerCategory',
]);
const isDescriptionTask = ({ poll }: Task): boolean => descriptionPolls.has(poll);
const isGameMetersTask = ({ poll }: Task): boolean => poll === 'gameMeters';

const gamesOf = ({ games }: MachineState): number[] =>
  Array.from({ length: Math.min(games, maximumGamesRead) }, (_, index) => index + 1);

/** Begins to read what the machine's games are. */
export function readGames(machine: MachineState): void {
  const tasks = gamesOf(machine).flatMap((game): Task[] => [
    { poll: 'gameConfiguration', data: { game } },
    { poll: 'extendedGameInformation', data: { game } },
  ]);
  machine.tasks = [...machine.tasks.filter((task) => !isDescriptionTask(task)), ...tasks];
  machine.gamesReading = { games: {} };
}

/**
 * Begins to read the meters of each game. A machine of one game has them in the meters of the whole.
 * @returns whether there is anything to read
 */
export function readGameMeters(machine: MachineState, trigger: MetersTrigger, commandId?: string): boolean {
  if (machine.games < 2 || !machine.gameMetersAnswered) return false;
  const tasks = gamesOf(machine).map((game): Task => ({ poll: 'gameMeters', data: { game } }));
  machine.tasks = [...machine.tasks.filter((task) => !isGameMetersTask(task)), ...tasks];
  const asked = commandId ?? machine.gameMeters?.commandId;
  machine.gameMeters = { trigger, games: [], ...(asked === undefined ? {} : { commandId: asked }) };
  return true;
}

/** A machine that does not know a poll is not asked for it game by game. */
export function withoutGamePoll(machine: MachineState, { poll }: Task): void {
  if (poll !== 'gameMeters' && !descriptionPolls.has(poll)) return;
  machine.tasks = machine.tasks.filter((task) => task.poll !== poll);
  if (poll === 'gameMeters') machine.gameMetersAnswered = false;
}

/** Takes in what was said about a game; other answers are let by. */
export function takeGameAnswer({ machine }: TurnDraft, answer: Answer): void {
  switch (answer.poll) {
    case 'gameMeters': {
      const { game, coinIn, coinOut, jackpot, gamesPlayed } = answer.data;
      const meters = { '00': coinIn, '01': coinOut, '02': jackpot, '05': gamesPlayed };
      const reading = machine.gameMeters;
      if (reading) machine.gameMeters = { ...reading, games: [...reading.games, { game, meters }] };
      return;
    }
    case 'gameConfiguration': {
      const { game, gameId, denominationCode, maxBet, progressiveGroup, payTable, basePercent } = answer.data;
      return describe(machine, game, { gameId, denominationCode, maxBet, progressiveGroup, payTable, basePercent });
    }
    case 'extendedGameInformation': {
      const { game, gameName, maxBet, wagerCategories } = answer.data;
      askCategories(machine, game, wagerCategories);
      return describe(machine, game, { name: gameName.trim(), maxBet });
    }
    case 'wagerCategory': {
      const { game, category, payback, coinInMeter } = answer.data;
      const coinIn = Number(coinInMeter);
      const known = machine.gamesReading?.games[game]?.wagerCategories ?? [];
      const found = { category, payback, coinIn: Number.isSafeInteger(coinIn) ? coinIn : null };
      return describe(machine, game, { wagerCategories: [...known, found] });
    }
    default:
      return;
  }
}

const nothingKnown = {
  ...{ name: null, gameId: null, payTable: null, basePercent: null },
  ...{ denominationCode: null, maxBet: null, progressiveGroup: null, wagerCategories: [] },
};

function describe(machine: MachineState, game: number, found: Partial<GameRead>): void {
  const games = machine.gamesReading?.games;
  if (games)
    machine.gamesReading = { games: { ...games, [game]: { ...nothingKnown, ...games[game], ...found, game } } };
}

function askCategories(machine: MachineState, game: number, count: number): void {
  const categories = Array.from({ length: Math.min(count, maximumCategories) }, (_, index) => index + 1);
  const tasks = categories.map((category): Task => ({ poll: 'wagerCategory', data: { game, category } }));
  machine.tasks = [...machine.tasks, ...tasks];
}

/** Writes what is complete. */
export function finishGames(draft: TurnDraft): void {
  const { machine } = draft;
  if (machine.gamesReading && !machine.tasks.some(isDescriptionTask)) {
    const games = Object.values(machine.gamesReading.games);
    machine.gamesReading = null;
    if (games.length > 0) writeFact(draft, machine, { kind: 'games-read', games });
  }
  if (machine.gameMeters && !machine.tasks.some(isGameMetersTask)) finishGameMeters(draft, machine.gameMeters);
}

function finishGameMeters(draft: TurnDraft, { trigger, games, commandId }: GameMetersInProgress): void {
  const { machine } = draft;
  const { denomination } = machine.memory;
  machine.gameMeters = null;
  if (games.length > 0 && denomination !== null) {
    writeFact(draft, machine, { kind: 'game-meters-read', trigger, denomination, games: [...games] });
  }
  if (commandId !== undefined) settle(draft, machine, commandId, 'acknowledged');
}
