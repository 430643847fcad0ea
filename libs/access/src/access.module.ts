import { type DynamicModule, type FactoryProvider, Module, type OnModuleInit } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';

import { CommandExecutor, CommandRouter } from '#event-sourcing';
import { type Clock, systemClock } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { ReadModels } from '#read-models';
import { SECRETS, type Secrets } from '#secrets';

import { AccessGuard } from './access.guard.js';
import { ActorNames } from './actor-names.js';
import { AdministratorBootstrap } from './administrator.js';
import { AuthController } from './auth.controller.js';
import { Authenticator } from './authenticator.js';
import { type CallerDirectory, callerDirectory } from './caller-directory.js';
import type { ReinstateClient, SuspendClient } from './client.js';
import { ClientCommands, type RegisterClientRequest, type RotateClientSecretRequest } from './clients.commands.js';
import { ClientsController } from './clients.controller.js';
import { LiveCallers } from './live-callers.js';
import { PasswordVault } from './password-vault.js';
import { signingKeyStore } from './signing-key-store.js';
import { SigningKeys } from './signing-keys.js';
import { SignIn } from './sign-in.js';
import { type RegisterStaffRequest, StaffCommands } from './staff.commands.js';
import { StaffController } from './staff.controller.js';
import type { ReinstateStaff, SuspendStaff } from './staff.js';
import { staffProjection } from './staff.projection.js';
import { type TokenOptions, Tokens } from './tokens.js';

export interface AccessOptions extends TokenOptions {
  readonly clock?: Clock;
}

const DIRECTORY = Symbol('CallerDirectory');

/** Who may come in, and what they may do. Its guard stands before every route of the application. */
@Module({})
export class AccessModule implements OnModuleInit {
  constructor(
    private readonly router: CommandRouter,
    private readonly clients: ClientCommands,
    private readonly staff: StaffCommands,
  ) {}

  static forRoot({ clock = systemClock, ...tokens }: AccessOptions): DynamicModule {
    return {
      module: AccessModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [AuthController, ClientsController, StaffController],
      providers: [
        ...authentication(tokens, clock),
        ...administration(clock),
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: [Authenticator, AdministratorBootstrap, ActorNames],
    };
  }

  onModuleInit(): void {
    this.router.register<RegisterClientRequest>('RegisterClient', (routed) => this.clients.register(routed));
    this.router.register<RotateClientSecretRequest>('RotateClientSecret', (routed) =>
      this.clients.rotateSecret(routed),
    );
    this.router.register<SuspendClient>('SuspendClient', (routed) => this.clients.setStatus(routed, 'suspended'));
    this.router.register<ReinstateClient>('ReinstateClient', (routed) => this.clients.setStatus(routed, 'active'));
    this.router.register<RegisterStaffRequest>('RegisterStaff', (routed) => this.staff.register(routed));
    this.router.register<SuspendStaff>('SuspendStaff', (routed) => this.staff.setStatus(routed, 'suspended'));
    this.router.register<ReinstateStaff>('ReinstateStaff', (routed) => this.staff.setStatus(routed, 'active'));
  }
}

const authentication = (options: TokenOptions, clock: Clock): FactoryProvider[] => [
  { provide: DIRECTORY, inject: [CommandExecutor], useFactory: callerDirectory },
  { provide: PasswordVault, inject: [SECRETS], useFactory: (secrets: Secrets) => new PasswordVault(secrets) },
  {
    provide: SigningKeys,
    inject: [ReadModels, SECRETS],
    useFactory: (readModels: ReadModels, secrets: Secrets) =>
      SigningKeys.open(signingKeyStore(readModels), secrets, clock),
  },
  {
    provide: Tokens,
    inject: [SigningKeys],
    useFactory: (keys: SigningKeys) => new Tokens(keys, options, () => clock().getTime()),
  },
  {
    provide: Authenticator,
    inject: [Tokens, DIRECTORY],
    useFactory: (tokens: Tokens, directory: CallerDirectory) => {
      const now = (): number => clock().getTime();
      return new Authenticator(tokens, new LiveCallers(directory, now), now);
    },
  },
  {
    provide: SignIn,
    inject: [DIRECTORY, CommandExecutor, PasswordVault, Tokens],
    useFactory: (directory: CallerDirectory, executor: CommandExecutor, vault: PasswordVault, tokens: Tokens) =>
      new SignIn({ directory, executor, vault, tokens, clock }),
  },
];

const administration = (clock: Clock): FactoryProvider[] => [
  {
    provide: ClientCommands,
    inject: [CommandExecutor, SECRETS],
    useFactory: (executor: CommandExecutor, secrets: Secrets) => new ClientCommands(executor, secrets, clock),
  },
  {
    provide: StaffCommands,
    inject: [CommandExecutor, PasswordVault, PERSONAL_DATA],
    useFactory: (executor: CommandExecutor, vault: PasswordVault, personalData: PersonalData) =>
      new StaffCommands({ executor, vault, personalData }),
  },
  {
    provide: AdministratorBootstrap,
    inject: [CommandExecutor, PasswordVault, PERSONAL_DATA],
    useFactory: (executor: CommandExecutor, vault: PasswordVault, personalData: PersonalData) =>
      new AdministratorBootstrap(executor, vault, personalData),
  },
  {
    provide: ActorNames,
    inject: [DIRECTORY, ReadModels, PERSONAL_DATA],
    useFactory: (directory: CallerDirectory, readModels: ReadModels, personalData: PersonalData) =>
      new ActorNames(
        directory,
        async (staffId) => (await readModels.of(staffProjection).get(staffId))?.sealedName,
        personalData,
        () => clock().getTime(),
      ),
  },
];
