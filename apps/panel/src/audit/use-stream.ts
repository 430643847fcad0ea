import { useCallback, useEffect, useState } from 'react';

import type { ApiClient } from '../api/client.js';
import { type Problem, problemOf } from '../api/problem.js';
import { openCheckpoint, ProofWrong } from '../proof/checkpoint.js';
import { type TrustedCheckpoint, type Verdict, verdictOf } from '../proof/verdict.js';
import { useSession } from '../session/session-context.js';
import { readLog, readStream } from './audit-api.js';
import type { AuditRecord, LogState, ProvenPage } from './audit-types.js';
import { knownKey } from './log-trust.js';

/** An event with what this browser found of it. */
export interface Judged {
  readonly record: AuditRecord;
  readonly verdict: Verdict;
}

interface StreamView {
  readonly items: readonly Judged[] | undefined;
  readonly next: string | null;
  readonly problem: Problem | undefined;
  readonly isReading: boolean;
}

export interface Stream extends StreamView {
  readonly readOlder: () => void;
  readonly reread: () => void;
}

/** Between two looks whether the next checkpoint has what the last did not, and how often; milliseconds. */
const lookAgainMs = 1_500;
const maximumLooks = 5;

const unread: StreamView = { items: undefined, next: null, problem: undefined, isReading: true };

/** A stream's events, newest first, each verified as it comes. */
export function useStream(stream: string, from: string | null): Stream {
  const { api } = useSession();
  const [view, setView] = useState(unread);
  const [looks, setLooks] = useState(0);

  const read = useCallback(
    (start: string | null, before: readonly Judged[]) =>
      judgedPage(api, stream, start).then(
        ({ items, next }) => setView({ items: [...before, ...items], next, problem: undefined, isReading: false }),
        (error: unknown) => setView((known) => ({ ...known, isReading: false, problem: problemOf(error) })),
      ),
    [api, stream],
  );
  useEffect(() => void read(from, []), [read, from]);

  const waits = view.items?.some(({ verdict }) => verdict.state === 'waiting') === true && !view.isReading;
  useEffect(() => {
    if (!waits || looks >= maximumLooks) return;
    const timer = setTimeout(() => {
      setLooks(looks + 1);
      void read(from, []);
    }, lookAgainMs);
    return () => clearTimeout(timer);
  }, [waits, looks, read, from]);

  const begin = (start: string | null, before: readonly Judged[]) => {
    setView({ ...view, isReading: true, problem: undefined });
    void read(start, before);
  };
  return {
    ...view,
    readOlder: () => begin(view.next, view.items ?? []),
    reread: () => {
      setLooks(0);
      begin(from, []);
    },
  };
}

async function judgedPage(api: ApiClient, stream: string, from: string | null) {
  const [log, page] = await Promise.all([readLog(api), readStream(api, stream, from)]);
  return { items: judge(page, log), next: page.next };
}

/** Every event of a page by hashing it here; where the checkpoint itself is wrong, none is proven. */
function judge({ items, checkpoint }: ProvenPage, log: LogState): Judged[] {
  const trusted = trustedCheckpoint(checkpoint, log);
  return items.map((record) => ({
    record,
    verdict: 'state' in trusted ? trusted : verdictOf(record, trusted),
  }));
}

function trustedCheckpoint(served: ProvenPage['checkpoint'], log: LogState): TrustedCheckpoint | Verdict {
  if (!served) return { state: 'waiting' };
  try {
    return { ...openCheckpoint(served.note, knownKey(log, localStorage)), signedAt: served.signedAt };
  } catch (error) {
    if (!(error instanceof ProofWrong)) throw error;
    return { state: 'wrong', why: error.message };
  }
}
