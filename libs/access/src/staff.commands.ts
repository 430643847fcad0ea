import { z } from 'zod';

import type { Answer, CommandExecutor, RoutedCommand } from '#event-sourcing';
import { type Caller, type Command, conflict, derivedId, notFound, reasonSchema } from '#kernel';
import type { PersonalData } from '#personal-data';

import { staff } from './access.aggregates.js';
import { staffRoles } from './access-schemas.js';
import { type Contact, sealContact } from './contact.js';
import { assertMayGrant, coversGrant, hallGrantSchema } from './hall-grant.js';
import type { PasswordVault } from './password-vault.js';
import { maximumPasswordLength, minimumPasswordLength } from './passwords.js';
import { loginSchema, sealLogin } from './stored-login.js';
import type {
  EraseStaff,
  GrantStaffRole,
  KnownStaff,
  ReinstateStaff,
  RevokeStaffRole,
  SetStaffHalls,
  SetStaffNetworks,
  StaffCommand,
  SuspendStaff,
} from './staff.js';

export const passwordSchema = z.string().min(minimumPasswordLength).max(maximumPasswordLength);
export const registerStaffSchema = z.strictObject({
  login: loginSchema,
  name: z.string().trim().min(1).max(200).meta({ example: 'Maria Ivanova' }),
  role: z.enum(staffRoles),
  hallIds: hallGrantSchema,
  password: passwordSchema.optional(),
  /** Why; stands in the history. */
  reason: reasonSchema.optional(),
});
type AboutStaff = { readonly staffId: string };
export type RegisterStaffRequest = Command<'RegisterStaff', z.output<typeof registerStaffSchema>>;
export type ResetStaffPasswordRequest = Command<'ResetStaffPassword', AboutStaff>;
export type SetStaffContactRequest = Command<'SetStaffContact', AboutStaff & { readonly contact: Contact }>;
/** What needs nothing but to be decided; its answer is what was asked for. */
export type PlainStaffChange = GrantStaffRole | RevokeStaffRole | SetStaffNetworks | SuspendStaff | ReinstateStaff;

const notSealed = '-';

/** One stream a login. */
export const staffIdOf = (login: string): string => derivedId('staff', login);

export interface StaffDependencies {
  readonly executor: CommandExecutor;
  readonly vault: PasswordVault;
  readonly personalData: PersonalData;
}

/** What is asked about members of staff, carried out. */
export class StaffCommands {
  constructor(private readonly dependencies: StaffDependencies) {}

  async register({ command, envelope, caller }: RoutedCommand<RegisterStaffRequest>): Promise<Answer> {
    const { login, name, role, hallIds, password } = command.data;
    assertMayGrant(caller, hallIds);
    const { executor, vault, personalData } = this.dependencies;
    const staffId = staffIdOf(login);
    const { state } = await executor.load(staff, staffId);
    const oneTimePassword = vault.oneTimePassword(staffId, envelope.commandId);
    // Where the login is taken, this is a repeat or a refusal: nothing is written, so nothing is sealed.
    const isNew = state.status === 'missing';
    const data = {
      staffId,
      login: isNew ? await sealLogin(personalData, staffId, login) : { sealed: notSealed },
      sealedName: isNew ? await personalData.encrypt(staffId, 'name', name) : notSealed,
      role,
      hallIds,
      sealedPasswordHash: isNew ? await vault.sealedHash(staffId, password ?? oneTimePassword) : notSealed,
      oneTime: password === undefined,
    };
    const { position } = await executor.execute({
      aggregate: staff,
      id: staffId,
      command: { type: 'RegisterStaff', data },
      envelope,
      hall: null,
    });
    const body = {
      staffId,
      login,
      name,
      roles: [role],
      hallIds,
      ...(password === undefined ? { oneTimePassword } : {}),
    };
    return { status: 201, body, position };
  }

  /** A one-time password in place of the one before; ends a lock as well. */
  async resetPassword({ command, envelope, caller }: RoutedCommand<ResetStaffPasswordRequest>): Promise<Answer> {
    const { staffId } = command.data;
    await this.reachable(staffId, caller);
    const { vault } = this.dependencies;
    const oneTimePassword = vault.oneTimePassword(staffId, envelope.commandId);
    const data = { staffId, sealedPasswordHash: await vault.sealedHash(staffId, oneTimePassword) };
    const { position } = await this.execute({ type: 'ResetStaffPassword', data }, envelope, caller);
    return { status: 200, body: { staffId, oneTimePassword }, position };
  }

  async change({ command, envelope, caller }: RoutedCommand<PlainStaffChange>): Promise<Answer> {
    if (command.type !== 'ReinstateStaff') assertNotOwn(command.data.staffId, caller);
    const { position } = await this.execute(command, envelope, caller);
    return { status: 200, body: { ...command.data, ...statusAfter(command) }, position };
  }

  async setHalls({ command, envelope, caller }: RoutedCommand<SetStaffHalls>): Promise<Answer> {
    assertNotOwn(command.data.staffId, caller);
    assertMayGrant(caller, command.data.hallIds);
    const { position } = await this.execute(command, envelope, caller);
    return { status: 200, body: command.data, position };
  }

  async setContact({ command, envelope, caller }: RoutedCommand<SetStaffContactRequest>): Promise<Answer> {
    const { staffId, contact } = command.data;
    const { status } = await this.reachable(staffId, caller);
    // Of an erased person nothing is sealed any more; the domain refuses.
    const sealedContact =
      status === 'erased' ? notSealed : await sealContact(this.dependencies.personalData, staffId, contact);
    const { position } = await this.execute(
      { type: 'SetStaffContact', data: { staffId, sealedContact } },
      envelope,
      caller,
    );
    return { status: 200, body: { staffId, contact }, position };
  }

  /** The fact first, then the key: whoever reads the fact erases the key again, should this process die in between. */
  async erase({ command, envelope, caller }: RoutedCommand<EraseStaff>): Promise<Answer> {
    const { staffId } = command.data;
    assertNotOwn(staffId, caller);
    const { position } = await this.execute(command, envelope, caller);
    await this.dependencies.personalData.erase(staffId);
    return { status: 200, body: { staffId, status: 'erased' }, position };
  }

  private async execute(
    command: Exclude<StaffCommand, { type: 'RegisterStaff' }>,
    envelope: RoutedCommand['envelope'],
    caller: Caller,
  ) {
    await this.reachable(command.data.staffId, caller);
    return this.dependencies.executor.execute({
      aggregate: staff,
      id: command.data.staffId,
      command,
      envelope,
      hall: null,
    });
  }

  private async reachable(staffId: string, caller: Caller): Promise<KnownStaff> {
    const { state } = await this.dependencies.executor.load(staff, staffId);
    if (state.status === 'missing' || !coversGrant(caller, state.hallIds))
      throw notFound('staff_unknown', 'There is no such member of staff.');
    return state;
  }
}

/** Nobody locks themselves out, and nobody gives themselves more: another administrator has to. */
function assertNotOwn(staffId: string, caller: Caller): void {
  if (caller.kind === 'staff' && caller.id === staffId)
    throw conflict('own_access', 'You cannot change your own access.');
}

function statusAfter({ type }: PlainStaffChange): { status?: KnownStaff['status'] } {
  if (type === 'SuspendStaff') return { status: 'suspended' };
  return type === 'ReinstateStaff' ? { status: 'active' } : {};
}
