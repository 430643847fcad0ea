/** How the panel hears the hall. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'catching-up' }
  | { readonly state: 'live' }
  | { readonly state: 'away'; readonly since: string };

export type ConnectionChange = 'connected' | 'caught-up' | 'lost';

/** Stays `away` since the first loss until it is connected again, however many attempts fail in between. */
export function reduceConnection(
  connection: Connection,
  { change, at }: { change: ConnectionChange; at: string },
): Connection {
  switch (change) {
    case 'connected':
      return { state: 'catching-up' };
    case 'caught-up':
      return connection.state === 'catching-up' ? { state: 'live' } : connection;
    case 'lost':
      return connection.state === 'away' ? connection : { state: 'away', since: at };
  }
}
