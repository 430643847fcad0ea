import { useContext, useEffect, useState } from 'react';

import { readMachine } from '../api/endpoints.js';
import { type Problem, problemOf } from '../api/problem.js';
import { HallContext } from '../hall/hall-context.js';
import { useSession } from '../session/session-context.js';
import { ProblemNotice } from './problem-notice.js';
import { Skeleton } from './skeleton.js';

interface LocateMachineProps {
  readonly machineId: string;
  readonly onOtherHall: (hallId: string) => void;
}

/** Finds the hall of a machine that was reached by its address: another hall than the one shown, or one just registered. */
export function LocateMachine({ machineId, onOtherHall }: LocateMachineProps) {
  const { api } = useSession();
  const hall = useContext(HallContext);
  const [problem, setProblem] = useState<Problem>();
  const hallId = hall?.hallId;
  const putMachine = hall?.putMachine;

  useEffect(() => {
    const abort = new AbortController();
    readMachine(api, machineId, { signal: abort.signal }).then(
      ({ body, position }) => {
        if (body.hallId === hallId) putMachine?.(body, position ?? 0n);
        else onOtherHall(body.hallId);
      },
      (error: unknown) => abort.signal.aborted || setProblem(problemOf(error)),
    );
    return () => abort.abort();
  }, [api, machineId, hallId, putMachine, onOtherHall]);

  if (!problem) return <Skeleton shape="line" count={6} label="Looking for the machine" />;
  return <ProblemNotice problem={problem} />;
}
