import { useEffect, useState } from 'react';

import { listHalls, listMachines } from '../api/endpoints.js';
import type { Hall, Machine } from '../api/types.js';
import { useSession } from '../session/session-context.js';

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface FloorNames {
  readonly halls: readonly Hall[];
  readonly machines: readonly Machine[];
}

const none: FloorNames = { halls: [], machines: [] };

/** Halls and machines by name, to choose from. Where they cannot be read, ids are typed. */
export function useFloorNames(): FloorNames {
  const { api } = useSession();
  const [names, setNames] = useState(none);
  useEffect(() => {
    const read = async (): Promise<FloorNames> => {
      const halls = (await listHalls(api)).items;
      const machines = await Promise.all(halls.map(async ({ id }) => (await listMachines(api, id)).items));
      return { halls, machines: machines.flat().sort((a, b) => a.name.localeCompare(b.name)) };
    };
    read().then(setNames, () => undefined);
  }, [api]);
  return names;
}
