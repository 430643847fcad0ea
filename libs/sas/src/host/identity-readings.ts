import { denominationOfCode, meterKey, type Answer, type ResponseData } from '../codec/index.js';
import { settle } from './commands.js';
import { readGames } from './game-readings.js';
import { remember, writeFact } from './journalling.js';
import { beginEpoch } from './meter-epochs.js';
import type { TurnDraft } from './state.js';
import type { Task } from './tasks.js';
import { prepareTransfer } from './transfers.js';

/** Takes in who the machine is; other answers are let by. */
export function takeIdentity(draft: TurnDraft, answer: Answer): void {
  const { machine } = draft;
  switch (answer.poll) {
    case 'identity': {
      const { gameId, maxBet, payTable, basePercent, denominationCode } = answer.data;
      machine.identity = { ...machine.identity, gameId, maxBet, payTable, basePercent };
      const denomination = denominationOfCode(denominationCode);
      const before = machine.memory.denomination;
      if (denomination !== null) remember(draft, machine, { denomination });
      if (before !== null && denomination !== null && before !== denomination)
        beginEpoch(draft, 'denomination-changed');
      return;
    }
    case 'versionAndSerial': {
      const serial = answer.data.serial.trim();
      machine.identity = { ...machine.identity, sasVersion: answer.data.version, serial };
      const before = machine.memory.serial;
      remember(draft, machine, { serial });
      if (before !== null && before !== serial) beginEpoch(draft, 'serial-changed');
      return;
    }
    case 'numberOfGames':
      machine.games = answer.data.games;
      machine.identity = { ...machine.identity, games: answer.data.games };
      return;
    case 'selectedGame':
      machine.identity = { ...machine.identity, selectedGame: answer.data.game };
      return remember(draft, machine, { selectedGame: answer.data.game });
    default:
      return;
  }
}

/** Takes in what it can do; other answers are let by. */
export function takeConfiguration(draft: TurnDraft, task: Task, answer: Answer): void {
  const { machine } = draft;
  switch (answer.poll) {
    case 'features':
    case 'featuresAsRead':
      machine.configuration = { ...machine.configuration, features: featuresOf(answer.data) };
      return;
    case 'enabledGames':
      machine.configuration = { ...machine.configuration, enabledGames: answer.data.games.map(({ game }) => game) };
      return;
    case 'enabledDenominations': {
      const denominationCodes = answer.data.denominations.map(({ code }) => code);
      machine.configuration = { ...machine.configuration, denominationCodes };
      return;
    }
    case 'tokenDenomination':
      machine.configuration = { ...machine.configuration, tokenDenominationCode: answer.data.denominationCode };
      return;
    case 'lockAndStatus':
      if (task.commandId !== undefined) return prepareTransfer(draft, answer.data);
      if (machine.configuration === null) return;
      machine.configuration = { ...machine.configuration, assetNumber: answer.data.asset };
      return;
    default:
      return;
  }
}

const featuresOf = ({ features1, features2, features3 }: ResponseData<'features'>): string =>
  [features1, features2, features3].map((byte) => meterKey(byte)).join('');

export function finishIdentity(draft: TurnDraft): void {
  const { machine } = draft;
  const { denomination } = machine.memory;
  const identity = machine.identity;
  machine.identity = null;
  readGames(machine);
  if (identity?.commandId !== undefined) settle(draft, machine, identity.commandId, 'acknowledged');
  if (identity?.gameId === undefined || denomination === null) return;
  const { sasVersion = '', serial = '', gameId, maxBet = 0, payTable = '', basePercent = '' } = identity;
  const { games = 0, selectedGame = 0 } = identity;
  writeFact(draft, machine, {
    kind: 'identity-read',
    ...{ sasVersion, serial, gameId, denomination, maxBet, payTable, basePercent, games, selectedGame },
  });
}

export function finishConfiguration(draft: TurnDraft): void {
  const { machine } = draft;
  const {
    features = null,
    assetNumber = null,
    enabledGames = null,
    denominationCodes = null,
    tokenDenominationCode = null,
  } = machine.configuration ?? {};
  machine.configuration = null;
  writeFact(draft, machine, {
    kind: 'configuration-read',
    ...{ features, assetNumber, tokenDenominationCode },
    enabledGames: enabledGames && [...enabledGames],
    denominationCodes: denominationCodes && [...denominationCodes],
  });
}
