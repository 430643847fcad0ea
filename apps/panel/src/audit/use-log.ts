import { useCallback, useEffect, useState } from 'react';

import type { ApiClient } from '../api/client.js';
import { type Problem, problemOf } from '../api/problem.js';
import { useSession } from '../session/session-context.js';
import { readConsistency, readLog } from './audit-api.js';
import type { LogState } from './audit-types.js';
import { examineLog, type LogTrust } from './log-trust.js';

export interface ExaminedLog {
  readonly log: LogState | undefined;
  readonly trust: LogTrust | undefined;
  readonly problem: Problem | undefined;
  readonly reread: () => void;
}

/** How the log stands, by the platform's word and by this browser's own hashing. */
export function useLog(): ExaminedLog {
  const { api } = useSession();
  const [found, setFound] = useState<Pick<ExaminedLog, 'log' | 'trust'>>({ log: undefined, trust: undefined });
  const [problem, setProblem] = useState<Problem>();
  const examine = useCallback(
    () =>
      examined(api).then(
        (both) => {
          setFound(both);
          setProblem(undefined);
        },
        (error: unknown) => setProblem(problemOf(error)),
      ),
    [api],
  );
  useEffect(() => void examine(), [examine]);
  return { ...found, problem, reread: () => void examine() };
}

async function examined(api: ApiClient): Promise<Pick<ExaminedLog, 'log' | 'trust'>> {
  const log = await readLog(api);
  const proof = (from: number, to: number) => readConsistency(api, from, to);
  return { log, trust: await examineLog(log, localStorage, proof, () => new Date()) };
}
