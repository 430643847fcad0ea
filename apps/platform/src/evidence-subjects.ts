import type { EvidenceSubjects } from '#audit';
import { hallsProjection } from '#halls';
import { machinesProjection } from '#machines';
import type { PersonalData } from '#personal-data';
import { playersProjection } from '#players';
import type { ReadModels } from '#read-models';

/** What evidence can be about, as the read models know it. A wallet is its player's. */
export function evidenceSubjects(readModels: ReadModels, personalData: PersonalData): EvidenceSubjects {
  const playerName = async (id: string, sealed: string | null): Promise<string | null> =>
    sealed === null ? null : personalData.decrypt(id, 'name', sealed);
  return {
    find: async (kind, id) => {
      switch (kind) {
        case 'machine':
          return readModels.of(machinesProjection).get(id);
        case 'hall': {
          const hall = await readModels.of(hallsProjection).get(id);
          return hall && { hallId: id, name: hall.name };
        }
        case 'player':
        case 'wallet': {
          const player = await readModels.of(playersProjection).get(id);
          return player && { hallId: player.hallId, name: await playerName(id, player.sealedName) };
        }
      }
    },
  };
}
