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
import { ClientAccessController } from './client-access.controller.js';
import { ClientCommands } from './clients.commands.js';
import { ClientsController } from './clients.controller.js';
import { routeAccessCommands } from './access.routes.js';
import { LiveCallers } from './live-callers.js';
import { PasswordVault } from './password-vault.js';
import type { PasswordCost } from './passwords.js';
import { signingKeyStore } from './signing-key-store.js';
import { RouteNames } from './route-names.js';
import { SigningKeys } from './signing-keys.js';
import { SignIn } from './sign-in.js';
import { StaffAccessController } from './staff-access.controller.js';
import { StaffCommands } from './staff.commands.js';
import { StaffController } from './staff.controller.js';
import { staffProjection } from './staff.projection.js';
import { type TokenOptions, Tokens } from './tokens.js';

export interface AccessOptions extends TokenOptions {
  readonly clock?: Clock;
  /** Of new password hashes; cheaper in tests. */
  readonly passwordCost?: PasswordCost;
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

  static forRoot({ clock = systemClock, passwordCost, ...tokens }: AccessOptions): DynamicModule {
    return {
      module: AccessModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [AuthController, ClientsController, ClientAccessController, StaffController, StaffAccessController],
      providers: [
        ...authentication(tokens, clock, passwordCost),
        ...administration(clock),
        RouteNames,
        { provide: APP_GUARD, useClass: AccessGuard },
      ],
      exports: [Authenticator, AdministratorBootstrap, ActorNames, RouteNames],
    };
  }

  onModuleInit(): void {
    routeAccessCommands(this.router, this.clients, this.staff);
  }
}

const authentication = (options: TokenOptions, clock: Clock, cost?: PasswordCost): FactoryProvider[] => [
  { provide: DIRECTORY, inject: [CommandExecutor], useFactory: callerDirectory },
  { provide: PasswordVault, inject: [SECRETS], useFactory: (secrets: Secrets) => new PasswordVault(secrets, cost) },
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
    inject: [CommandExecutor, SECRETS, PERSONAL_DATA, RouteNames],
    useFactory: (executor: CommandExecutor, secrets: Secrets, personalData: PersonalData, routes: RouteNames) =>
      new ClientCommands({ executor, secrets, personalData, clock, knownRoutes: () => routes.all() }),
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
        async (staffId) => (await readModels.of(staffProjection).get(staffId))?.sealedName ?? undefined,
        personalData,
        () => clock().getTime(),
      ),
  },
];
