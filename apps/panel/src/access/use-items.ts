import { useCallback, useEffect, useState } from 'react';

import { type Problem, problemOf } from '../api/problem.js';
import type { Page } from '../api/types.js';
import { useSession } from '../session/session-context.js';

/** Most items that are shown: more clients or staff than a hall has. */
const listPageSize = 500;

export interface Items<Item> {
  readonly items: readonly Item[] | undefined;
  readonly problem: Problem | undefined;
  /** Reads again, nothing older than a position. */
  readonly reread: (after?: bigint) => void;
}

/** A list of the access API. */
export function useItems<Item>(collection: string): Items<Item> {
  const { api } = useSession();
  const [items, setItems] = useState<readonly Item[]>();
  const [problem, setProblem] = useState<Problem>();

  const reread = useCallback(
    (after?: bigint) => {
      const query = collection === 'signing-keys' ? '' : `?limit=${listPageSize}`;
      api.get<Pick<Page<Item>, 'items'>>(`/api/v1/${collection}${query}`, { after }).then(
        ({ body }) => {
          setProblem(undefined);
          setItems(body.items);
        },
        (error: unknown) => setProblem(problemOf(error)),
      );
    },
    [api, collection],
  );
  useEffect(() => reread(), [reread]);
  return { items, problem, reread };
}
