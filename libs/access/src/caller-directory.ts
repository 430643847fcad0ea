import type { CommandExecutor } from '#event-sourcing';
import type { Caller } from '#kernel';

import { clients, staff } from './access.aggregates.js';
import type { ClientState } from './client.js';
import type { Networks } from './networks.js';
import type { RouteLimit } from './route-limit.js';
import type { Session, Sessions } from './sessions.js';
import type { StaffState } from './staff.js';
import type { TokenSubject } from './tokens.js';

/** What stands about clients and staff now: never from memory, which another process may be ahead of. */
export interface CallerDirectory {
  client(clientId: string): Promise<ClientState>;
  staff(staffId: string): Promise<StaffState>;
  /** Undefined where it has ended. */
  session(sessionId: string): Promise<Session | undefined>;
}

/** A caller, and what limits them beside roles and halls. */
export interface FoundCaller {
  readonly caller: Caller;
  readonly networks: Networks;
  readonly routes: RouteLimit;
}

/** Reads the streams themselves: a handful of events each, and no projection that could be behind. */
export const callerDirectory = (executor: CommandExecutor, sessions: Sessions): CallerDirectory => ({
  client: async (clientId) => {
    executor.forget(clients, clientId);
    return (await executor.load(clients, clientId)).state;
  },
  staff: async (staffId) => {
    executor.forget(staff, staffId);
    return (await executor.load(staff, staffId)).state;
  },
  session: (sessionId) => sessions.find(sessionId),
});

/** The caller as they are now; undefined for nobody, for the suspended, and for those whose session has ended. */
export async function findCaller(directory: CallerDirectory, subject: TokenSubject): Promise<FoundCaller | undefined> {
  const { kind, id } = subject;
  if (kind === 'client') {
    const state = await directory.client(id);
    if (state.status !== 'active') return undefined;
    const { roles, hallIds, name, networks, routes } = state;
    return { caller: { kind, id, roles, hallIds, name }, networks, routes };
  }
  const [state, session] = await Promise.all([directory.staff(id), sessionOf(directory, subject)]);
  if (state.status !== 'active' || session?.passwordVersion !== state.passwordVersion) return undefined;
  const { roles, hallIds, networks } = state;
  // People's names are sealed; whoever shows one asks for it.
  return { caller: { kind, id, roles, hallIds, name: id }, networks, routes: null };
}

async function sessionOf(directory: CallerDirectory, { id, sessionId }: TokenSubject): Promise<Session | undefined> {
  const session = sessionId === undefined ? undefined : await directory.session(sessionId);
  return session?.staffId === id ? session : undefined;
}
