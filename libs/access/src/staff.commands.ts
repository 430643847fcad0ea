import { z } from 'zod';

import type { Answer, CommandExecutor, RoutedCommand } from '#event-sourcing';
import { type Caller, type Command, conflict, derivedId, notFound } from '#kernel';
import type { PersonalData } from '#personal-data';

import { staff } from './access.aggregates.js';
import { assertMayGrant, coversGrant, hallGrantSchema } from './hall-grant.js';
import type { PasswordVault } from './password-vault.js';
import { maximumPasswordLength, minimumPasswordLength } from './passwords.js';
import { type KnownStaff, loginSchema, type ReinstateStaff, type SuspendStaff } from './staff.js';

/** What people can be. */
export const staffRoles = ['cashier', 'manager', 'regulator', 'administrator'] as const;

export const passwordSchema = z.string().min(minimumPasswordLength).max(maximumPasswordLength);
export const registerStaffSchema = z.strictObject({
  login: loginSchema,
  name: z.string().trim().min(1).max(200).meta({ example: 'Maria Ivanova' }),
  role: z.enum(staffRoles),
  hallIds: hallGrantSchema,
  password: passwordSchema.optional(),
});
export type RegisterStaffRequest = Command<'RegisterStaff', z.output<typeof registerStaffSchema>>;

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
      login,
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
    const body = { staffId, login, name, role, hallIds, ...(password === undefined ? { oneTimePassword } : {}) };
    return { status: 201, body, position };
  }

  async setStatus(
    { command, envelope, caller }: RoutedCommand<SuspendStaff | ReinstateStaff>,
    status: KnownStaff['status'],
  ): Promise<Answer> {
    const { staffId } = command.data;
    if (status === 'suspended' && caller.kind === 'staff' && caller.id === staffId)
      throw conflict('own_access', 'You cannot suspend yourself.');
    await this.reachable(staffId, caller);
    const { position } = await this.dependencies.executor.execute({
      aggregate: staff,
      id: staffId,
      command,
      envelope,
      hall: null,
    });
    return { status: 200, body: { staffId, status }, position };
  }

  private async reachable(staffId: string, caller: Caller): Promise<void> {
    const { state } = await this.dependencies.executor.load(staff, staffId);
    if (state.status === 'missing' || !coversGrant(caller, state.hallIds))
      throw notFound('staff_unknown', 'There is no such member of staff.');
  }
}
