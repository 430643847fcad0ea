import { gamingDateAt } from '../format/gaming-date.js';
import { formatCount, formatMoney } from '../format/money.js';
import { useHall } from '../hall/hall-context.js';
import { useNow } from '../hall/use-now.js';
import { Link, useRoute } from '../routing/navigation.js';
import { mayManageAccess, mayReadAudit } from '../session/roles.js';
import { useSession } from '../session/session-context.js';
import { Brand } from './brand.js';
import { ConnectionBadge } from './connection-badge.js';
import { Icon } from './icon.js';

/** Milliseconds between two looks at the clock, for the gaming date. */
const clockEveryMs = 30_000;

/** Where one is, how the hall does, whether the picture is live, and the way to the other pages. */
export function HallHeader({ severalHalls }: { readonly severalHalls: boolean }) {
  const { floor, connection } = useHall();
  const { session, end } = useSession();
  const { hall } = floor;
  const nowMs = useNow(clockEveryMs);
  return (
    <header className="header">
      <div className="header-top">
        <Link to={{ page: 'start' }} className="header-brand" aria-label="Tallyhall, to the floor">
          <Brand />
        </Link>
        <div className="header-hall">
          {severalHalls ? (
            <Link to={{ page: 'halls' }} className="header-hall-name" title="Choose another hall">
              {hall?.name ?? 'Hall'}
              <Icon name="chevron" />
            </Link>
          ) : (
            <span className="header-hall-name">{hall?.name ?? ' '}</span>
          )}
          {hall && (
            <span className="header-date">
              Gaming date <time>{gamingDateAt(nowMs, hall)}</time>
            </span>
          )}
        </div>
        <Navigation />
        <ConnectionBadge connection={connection} timeZone={hall?.timeZone ?? 'UTC'} />
        <div className="header-person">
          <span className="header-name">
            {session?.login}
            {session && <small>{session.roles.join(', ')}</small>}
          </span>
          <button type="button" className="button button-quiet" onClick={() => end()} aria-label="Sign out">
            <Icon name="out" />
            <span className="wide-only">Sign out</span>
          </button>
        </div>
      </div>
      {hall && (
        <dl className="totals" aria-label="Running totals of the hall">
          <Total name="Games" value={formatCount(hall.totals.games)} />
          <Total name="Wager" value={formatMoney(hall.totals.wager)} />
          <Total name="Win" value={formatMoney(hall.totals.win)} />
        </dl>
      )}
    </header>
  );
}

function Total({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="total">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** One entry a page of the hall; more pages join here. */
function Navigation() {
  const route = useRoute();
  const { hallId, alarms } = useHall();
  const { session } = useSession();
  const waiting = alarms.filter(({ seen }) => !seen).length;
  const onFloor = route.page === 'floor' || route.page === 'machine';
  return (
    <nav className="navigation" aria-label="Pages">
      <Link to={{ page: 'floor', hallId }} aria-current={onFloor ? 'page' : undefined}>
        Floor
      </Link>
      <Link to={{ page: 'alarms', hallId }} aria-current={route.page === 'alarms' ? 'page' : undefined}>
        Alarms
        {waiting > 0 && (
          <span className="badge">
            {waiting}
            <span className="hidden"> new</span>
          </span>
        )}
      </Link>
      {mayManageAccess(session?.roles) && <Link to={{ page: 'access', section: 'clients' }}>Access</Link>}
      {mayReadAudit(session?.roles) && <Link to={{ page: 'calls', correlationId: null }}>Audit</Link>}
    </nav>
  );
}
