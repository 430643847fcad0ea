import { useEffect, useState } from 'react';

import { listHalls } from './api/endpoints.js';
import { type Problem, problemOf } from './api/problem.js';
import type { Hall } from './api/types.js';
import { LocateMachine } from './components/locate-machine.js';
import { ProblemNotice } from './components/problem-notice.js';
import { Skeleton } from './components/skeleton.js';
import { chooseHall, useChosenHall } from './hall/chosen-hall.js';
import { AccessPage } from './pages/access-page.js';
import { AuditPage, isAuditRoute } from './pages/audit-page.js';
import { HallShell } from './pages/hall-shell.js';
import { HallsPage } from './pages/halls-page.js';
import { SignInPage } from './pages/sign-in-page.js';
import { navigate, useRoute } from './routing/navigation.js';
import type { Route } from './routing/route.js';
import { mayManageAccess, mayReadAudit } from './session/roles.js';
import { useSession } from './session/session-context.js';

export function App() {
  const { session } = useSession();
  const route = useRoute();
  if (!session) return <SignInPage />;
  if (route.page === 'access' && mayManageAccess(session.roles)) return <AccessPage section={route.section} />;
  if (isAuditRoute(route) && mayReadAudit(session.roles)) return <AuditPage route={route} />;
  return <SignedIn />;
}

function SignedIn() {
  const { api } = useSession();
  const [halls, setHalls] = useState<readonly Hall[]>();
  const [problem, setProblem] = useState<Problem>();

  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    listHalls(api).then(
      ({ items }) => setHalls(items),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, [api, attempt]);
  const retry = () => {
    setProblem(undefined);
    setAttempt(attempt + 1);
  };

  if (halls) return <Halls halls={halls} />;
  return (
    <main className="page">
      {problem ? (
        <ProblemNotice problem={problem} onRetry={retry} />
      ) : (
        <Skeleton shape="card" count={3} label="Reading the halls" />
      )}
    </main>
  );
}

/** Decides which hall the address means, and shows it. */
function Halls({ halls }: { readonly halls: readonly Hall[] }) {
  const route = useRoute();
  const chosen = useChosenHall();
  const usual = halls.length === 1 ? halls[0]?.id : halls.find(({ id }) => id === chosen)?.id;
  const named = hallOf(route);
  const hallId = named ?? usual;

  useEffect(() => {
    if (named !== undefined) chooseHall(named);
  }, [named]);
  useEffect(() => {
    if ((route.page === 'start' || route.page === 'unknown') && usual !== undefined)
      navigate({ page: 'floor', hallId: usual }, 'replace');
  }, [route.page, usual]);

  if (route.page === 'machine' && hallId === undefined && halls.length > 0)
    return (
      <main className="page">
        <LocateMachine machineId={route.machineId} onOtherHall={chooseHall} />
      </main>
    );
  if (hallId === undefined || route.page === 'halls' || route.page === 'start' || route.page === 'unknown')
    return <HallsPage halls={halls} />;
  return (
    <HallShell key={hallId} hallId={hallId} route={route} severalHalls={halls.length > 1} onOtherHall={chooseHall} />
  );
}

const hallOf = (route: Route): string | undefined =>
  route.page === 'floor' || route.page === 'alarms' ? route.hallId : undefined;
