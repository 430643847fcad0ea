import { useEffect } from 'react';

import { CallsSection } from '../audit/calls-section.js';
import { HistorySection } from '../audit/history-section.js';
import { IntegritySection } from '../audit/integrity-section.js';
import { PageHeader } from '../components/page-header.js';
import { Link } from '../routing/navigation.js';
import type { Route } from '../routing/route.js';

type AuditRoute = Extract<Route, { page: 'calls' | 'history' | 'integrity' }>;

export const isAuditRoute = (route: Route): route is AuditRoute =>
  route.page === 'calls' || route.page === 'history' || route.page === 'integrity';

const sections: readonly { readonly route: AuditRoute; readonly name: string }[] = [
  { route: { page: 'calls', correlationId: null }, name: 'Calls' },
  { route: { page: 'history', stream: null, revision: null }, name: 'History' },
  { route: { page: 'integrity' }, name: 'Integrity' },
];

/** What was called, what happened, and whether it is still what it was: for those who may read the audit. */
export function AuditPage({ route }: { readonly route: AuditRoute }) {
  const name = sections.find((each) => each.route.page === route.page)?.name;
  useEffect(() => {
    document.title = `${name} · Tallyhall`;
  }, [name]);
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <PageHeader>
        <nav className="navigation" aria-label="Audit">
          {sections.map((each) => (
            <Link key={each.name} to={each.route} aria-current={each.route.page === route.page ? 'page' : undefined}>
              {each.name}
            </Link>
          ))}
        </nav>
      </PageHeader>
      <main id="content" className="page audit" tabIndex={-1}>
        {route.page === 'calls' && <CallsSection key={route.correlationId} correlationId={route.correlationId} />}
        {route.page === 'history' && <HistorySection stream={route.stream} revision={route.revision} />}
        {route.page === 'integrity' && <IntegritySection />}
      </main>
    </>
  );
}
