import type { INestApplicationContext } from '@nestjs/common';

import type { CommandExecutor } from '#event-sourcing';
import { derivedId } from '#kernel';
import type { PersonalData } from '#personal-data';

import { staff } from './access.aggregates.js';
import { type PasswordVault, randomPassword } from './password-vault.js';
import { staffIdOf } from './staff.commands.js';
import { sealLogin } from './stored-login.js';

export interface FirstAdministrator {
  readonly login: string;
  readonly oneTimePassword: string;
}

const login = 'admin';

/** The way in to an empty platform. */
export class AdministratorBootstrap {
  constructor(
    private readonly executor: CommandExecutor,
    private readonly vault: PasswordVault,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * The first administrator's credentials, for whoever starts the platform to read; undefined from then on.
   * @param oneTimePassword where whoever starts the platform chose it
   */
  async run(oneTimePassword = randomPassword()): Promise<FirstAdministrator | undefined> {
    const staffId = staffIdOf(login);
    const { state } = await this.executor.load(staff, staffId);
    if (state.status !== 'missing') return undefined;
    const commandId = derivedId('bootstrap-administrator');
    const data = {
      staffId,
      login: await sealLogin(this.personalData, staffId, login),
      sealedName: await this.personalData.encrypt(staffId, 'name', 'Administrator'),
      role: 'administrator' as const,
      hallIds: '*' as const,
      sealedPasswordHash: await this.vault.sealedHash(staffId, oneTimePassword),
      oneTime: true,
    };
    await this.executor.execute({
      aggregate: staff,
      id: staffId,
      command: { type: 'RegisterStaff', data },
      envelope: {
        commandId,
        commandHash: '',
        actor: { kind: 'system', id: 'platform' },
        correlationId: commandId,
        causationId: commandId,
      },
      hall: null,
    });
    return (await this.isMine(staffId, data.sealedPasswordHash)) ? { login, oneTimePassword } : undefined;
  }

  /** Two processes that begin together write the same event id, and the store takes the second for a repeat of the first. */
  private async isMine(staffId: string, sealedPasswordHash: string): Promise<boolean> {
    this.executor.forget(staff, staffId);
    const { state } = await this.executor.load(staff, staffId);
    return state.status !== 'missing' && state.sealedPasswordHash === sealedPasswordHash;
  }
}

/** {@link AdministratorBootstrap.run} of a running application. */
export const bootstrapAdministrator = (
  app: INestApplicationContext,
  oneTimePassword?: string,
): Promise<FirstAdministrator | undefined> => app.get(AdministratorBootstrap).run(oneTimePassword);
