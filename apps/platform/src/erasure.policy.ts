import { clientContactErased, staffErased } from '#access';
import type { Policy } from '#event-sourcing';
import type { PersonalData } from '#personal-data';
import { playerErased } from '#players';

/** Which member of each erasure names the person whose key goes. */
const persons: ReadonlyMap<string, string> = new Map([
  [playerErased.type, 'playerId'],
  [staffErased.type, 'staffId'],
  [clientContactErased.type, 'personId'],
]);

/**
 * Erases the key of whoever the history says was erased. The command does so too; this makes sure of it, whatever
 * happened to the process between the fact and the key. Erasing a key again changes nothing.
 */
export const erasurePolicy = (personalData: Pick<PersonalData, 'erase'>): Policy => ({
  name: 'erasure',
  handles: [...persons.keys()],
  react: async ({ type, data }) => {
    const personId: unknown = Object.entries(data ?? {}).find(([name]) => name === persons.get(type))?.[1];
    if (typeof personId !== 'string') throw new TypeError(`${type} names nobody.`);
    await personalData.erase(personId);
  },
});
