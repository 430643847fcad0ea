import type { Hall } from '../api/types.js';
import { EmptyState } from '../components/empty-state.js';
import { PageHeader } from '../components/page-header.js';
import { formatCount, formatMoney } from '../format/money.js';
import { Link } from '../routing/navigation.js';
import { mayManageAccess, mayReadAudit } from '../session/roles.js';
import { useSession } from '../session/session-context.js';

/** Which hall to look at. */
export function HallsPage({ halls }: { readonly halls: readonly Hall[] }) {
  const { session } = useSession();
  return (
    <>
      <PageHeader isStart>
        {(mayManageAccess(session?.roles) || mayReadAudit(session?.roles)) && (
          <nav className="navigation" aria-label="Pages">
            {mayManageAccess(session?.roles) && <Link to={{ page: 'access', section: 'clients' }}>Access</Link>}
            {mayReadAudit(session?.roles) && <Link to={{ page: 'calls', correlationId: null }}>Audit</Link>}
          </nav>
        )}
      </PageHeader>
      <main className="page">
        <h1>Halls</h1>
        {halls.length === 0 ? (
          <EmptyState title="No halls">
            None is open to you. An administrator creates a hall, or gives you access to one.
          </EmptyState>
        ) : (
          <ul className="halls">
            {halls.map((hall) => (
              <li key={hall.id}>
                <Link className="hall-card" to={{ page: 'floor', hallId: hall.id }}>
                  <span className="hall-card-name">{hall.name}</span>
                  <span className="hall-card-facts">
                    {formatCount(hall.machines)} {hall.machines === 1 ? 'machine' : 'machines'} · {hall.currency} ·{' '}
                    {hall.timeZone}
                  </span>
                  <span className="hall-card-facts">
                    {formatCount(hall.totals.games)} games · {formatMoney(hall.totals.wager)} wagered
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </main>
    </>
  );
}
