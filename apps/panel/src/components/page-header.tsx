import type { ReactNode } from 'react';

import { Link } from '../routing/navigation.js';
import { useSession } from '../session/session-context.js';
import { Brand } from './brand.js';

interface PageHeaderProps {
  /** Whether the page is the floor's own entrance; from any other, the brand leads there. */
  readonly isStart?: boolean;
  /** Links between pages. */
  readonly children?: ReactNode;
}

/** The top of a page that is not a hall's: the brand, links between pages, and who is signed in. */
export function PageHeader({ isStart = false, children }: PageHeaderProps) {
  const { session, end } = useSession();
  return (
    <header className="header">
      <div className="header-top">
        {isStart ? (
          <Brand />
        ) : (
          <Link to={{ page: 'start' }} className="header-brand" aria-label="Tallyhall, to the floor">
            <Brand />
          </Link>
        )}
        {children}
        <div className="header-person">
          <span className="header-name">{session?.login}</span>
          <button type="button" className="button button-quiet" onClick={() => end()}>
            Sign out
          </button>
        </div>
      </div>
    </header>
  );
}
