import type { CommandRouter } from '#event-sourcing';

import type {
  GrantClientRole,
  LimitClientRoutes,
  ReinstateClient,
  RevokeClientRole,
  SetClientHalls,
  SetClientNetworks,
  SuspendClient,
} from './client.js';
import type {
  ClientCommands,
  EraseClientContactRequest,
  RegisterClientRequest,
  RotateClientSecretRequest,
  SetClientContactRequest,
} from './clients.commands.js';
import type {
  RegisterStaffRequest,
  ResetStaffPasswordRequest,
  SetStaffContactRequest,
  StaffCommands,
} from './staff.commands.js';
import type {
  EraseStaff,
  GrantStaffRole,
  ReinstateStaff,
  RevokeStaffRole,
  SetStaffHalls,
  SetStaffNetworks,
  SuspendStaff,
} from './staff.js';

/** Which handler takes which command about clients and staff. */
export function routeAccessCommands(router: CommandRouter, clients: ClientCommands, staff: StaffCommands): void {
  router.register<RegisterClientRequest>('RegisterClient', (routed) => clients.register(routed));
  router.register<RotateClientSecretRequest>('RotateClientSecret', (routed) => clients.rotateSecret(routed));
  router.register<SuspendClient>('SuspendClient', (routed) => clients.change(routed));
  router.register<ReinstateClient>('ReinstateClient', (routed) => clients.change(routed));
  router.register<GrantClientRole>('GrantClientRole', (routed) => clients.change(routed));
  router.register<RevokeClientRole>('RevokeClientRole', (routed) => clients.change(routed));
  router.register<SetClientHalls>('SetClientHalls', (routed) => clients.setHalls(routed));
  router.register<SetClientNetworks>('SetClientNetworks', (routed) => clients.change(routed));
  router.register<LimitClientRoutes>('LimitClientRoutes', (routed) => clients.limitRoutes(routed));
  router.register<SetClientContactRequest>('SetClientContact', (routed) => clients.setContact(routed));
  router.register<EraseClientContactRequest>('EraseClientContact', (routed) => clients.eraseContact(routed));
  router.register<RegisterStaffRequest>('RegisterStaff', (routed) => staff.register(routed));
  router.register<ResetStaffPasswordRequest>('ResetStaffPassword', (routed) => staff.resetPassword(routed));
  router.register<SuspendStaff>('SuspendStaff', (routed) => staff.change(routed));
  router.register<ReinstateStaff>('ReinstateStaff', (routed) => staff.change(routed));
  router.register<GrantStaffRole>('GrantStaffRole', (routed) => staff.change(routed));
  router.register<RevokeStaffRole>('RevokeStaffRole', (routed) => staff.change(routed));
  router.register<SetStaffHalls>('SetStaffHalls', (routed) => staff.setHalls(routed));
  router.register<SetStaffNetworks>('SetStaffNetworks', (routed) => staff.change(routed));
  router.register<SetStaffContactRequest>('SetStaffContact', (routed) => staff.setContact(routed));
  router.register<EraseStaff>('EraseStaff', (routed) => staff.erase(routed));
}
