import type { Connection } from '../state/connection.js';
import { formatTime } from '../format/time.js';

interface ConnectionBadgeProps {
  readonly connection: Connection;
  readonly timeZone: string;
}

/** Whether what is shown is what is happening. */
export function ConnectionBadge({ connection, timeZone }: ConnectionBadgeProps) {
  return (
    <p className={`connection connection-${connection.state}`} role="status" aria-label="Live connection">
      <span className="connection-dot" aria-hidden="true" />
      {words(connection, timeZone)}
    </p>
  );
}

function words(connection: Connection, timeZone: string): string {
  switch (connection.state) {
    case 'connecting':
      return 'connecting';
    case 'catching-up':
      return 'catching up';
    case 'live':
      return 'live';
    case 'away':
      return `away since ${formatTime(connection.since, timeZone)}`;
  }
}
