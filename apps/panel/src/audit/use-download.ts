import { useState } from 'react';

import { type Problem, problemOf } from '../api/problem.js';
import { useSession } from '../session/session-context.js';
import { download } from './download.js';

export interface Downloading {
  readonly isBusy: boolean;
  readonly problem: Problem | undefined;
  /** The name of the file that came last. */
  readonly came: string | undefined;
  readonly begin: (path: string, fileName: string, body?: object) => void;
}

/** One download at a time, with what became of it. */
export function useDownload(): Downloading {
  const { token, renew } = useSession();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [came, setCame] = useState<string>();

  const begin = (path: string, fileName: string, body?: object) => {
    setBusy(true);
    setProblem(undefined);
    setCame(undefined);
    download({ path, fileName, token: token(), ...(body ? { body } : {}) })
      .then(
        () => setCame(fileName),
        (error: unknown) => {
          const told = problemOf(error);
          if (told.status === 401) void renew();
          setProblem(told);
        },
      )
      .finally(() => setBusy(false));
  };
  return { isBusy, problem, came, begin };
}
