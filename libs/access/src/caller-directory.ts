import type { CommandExecutor } from '#event-sourcing';
import type { Caller } from '#kernel';

import { clients, staff } from './access.aggregates.js';
import type { ClientState } from './client.js';
import type { StaffState } from './staff.js';
import type { TokenSubject } from './tokens.js';

/** What stands about clients and staff in the history now: never from memory, which another process may be ahead of. */
export interface CallerDirectory {
  client(clientId: string): Promise<ClientState>;
  staff(staffId: string): Promise<StaffState>;
}

/** Reads the streams themselves: a handful of events each, and no projection that could be behind. */
export const callerDirectory = (executor: CommandExecutor): CallerDirectory => ({
  client: async (clientId) => {
    executor.forget(clients, clientId);
    return (await executor.load(clients, clientId)).state;
  },
  staff: async (staffId) => {
    executor.forget(staff, staffId);
    return (await executor.load(staff, staffId)).state;
  },
});

/** The caller as they are now; undefined for nobody and for the suspended. */
export async function findCaller(directory: CallerDirectory, { kind, id }: TokenSubject): Promise<Caller | undefined> {
  const state = kind === 'client' ? await directory.client(id) : await directory.staff(id);
  if (state.status !== 'active') return undefined;
  const { roles, hallIds } = state;
  return { kind, id, roles, hallIds, name: 'login' in state ? state.login : state.name };
}
