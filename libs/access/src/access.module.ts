import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { CommandExecutor, CommandRouter } from '#event-sourcing';
import { type Clock, systemClock } from '#kernel';
import { PERSONAL_DATA, type PersonalData } from '#personal-data';
import { ReadModels } from '#read-models';
import { SECRETS, type Secrets } from '#secrets';

import { accessGate } from './access.gate.js';
import { ActorNames } from './actor-names.js';
import { AdministratorBootstrap } from './administrator.js';
import { AuthController } from './auth.controller.js';
import { Authenticator } from './authenticator.js';
import { type CallerDirectory, callerDirectory } from './caller-directory.js';
import { ClientAccessController } from './client-access.controller.js';
import { ClientCommands } from './clients.commands.js';
import { ClientsController } from './clients.controller.js';
import { routeAccessCommands } from './access.routes.js';
import { AccessDecision } from './decision.js';
import { FairShare } from './fair-share.js';
import { KeyRotation } from './key-rotation.js';
import { LiveCallers } from './live-callers.js';
import { PasswordVault } from './password-vault.js';
import type { PasswordCost } from './passwords.js';
import { type Session, Sessions } from './sessions.js';
import { signingKeyStore } from './signing-key-store.js';
import { type RateLimits, usualRateLimits } from './rates.js';
import { RouteNames } from './route-names.js';
import { type KeyTimes, SigningKeys, usualKeyTimes } from './signing-keys.js';
import { SigningKeysController } from './signing-keys.controller.js';
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
  readonly limits?: Partial<RateLimits>;
  /** Days after which the signing key is exchanged by itself; where it is missing, only administrators exchange it. */
  readonly signingKeyDays?: number;
  readonly keyTimes?: KeyTimes;
  /** What a client can be limited to beside the routes of the server, such as `LIVE subscribe wallets`. */
  readonly routes?: readonly string[];
  /** The client that a connection's certificate names, null where it shows none; given where gateways have to show one. */
  readonly certifiedClient?: (request: FastifyRequest) => string | null;
}

const dayMs = 86_400_000;
/** How often it is looked whether the signing key's time is over. */
const rotationLookMs = 3_600_000;

const ACCESS_OPTIONS = Symbol('AccessOptions');
const DIRECTORY = Symbol('CallerDirectory');

/** Who may come in, and what they may do. Its guard stands before every route of the application. */
@Module({})
export class AccessModule implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Access');
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly decision: AccessDecision,
    private readonly keys: SigningKeys,
    @Inject(ACCESS_OPTIONS) private readonly options: AccessOptions,
    private readonly executor: CommandExecutor,
    private readonly router: CommandRouter,
    private readonly clients: ClientCommands,
    private readonly staff: StaffCommands,
  ) {}

  static forRoot(options: AccessOptions): DynamicModule {
    const { clock = systemClock, limits, routes = [] } = options;
    return {
      module: AccessModule,
      global: true,
      controllers: [
        AuthController,
        ClientsController,
        ClientAccessController,
        StaffController,
        StaffAccessController,
        SigningKeysController,
      ],
      providers: [
        ...authentication(options, clock),
        ...administration(clock),
        {
          provide: RouteNames,
          inject: [HttpAdapterHost],
          useFactory: (host: HttpAdapterHost) => new RouteNames(host, routes),
        },
        { provide: ACCESS_OPTIONS, useValue: options },
        {
          provide: AccessDecision,
          inject: [Authenticator],
          useFactory: (authenticator: Authenticator) =>
            new AccessDecision(authenticator, { ...usualRateLimits, ...limits }, () => clock().getTime()),
        },
      ],
      exports: [Authenticator, AccessDecision, AdministratorBootstrap, ActorNames, RouteNames],
    };
  }

  onModuleInit(): void {
    routeAccessCommands(this.router, this.clients, this.staff);
    const certifiedClient = this.options.certifiedClient ?? (() => undefined);
    this.host.httpAdapter
      .getInstance<FastifyInstance>()
      .gates.use(accessGate(this.decision, certifiedClient, new FairShare(() => performance.now())));
    const { refreshEveryMs } = this.options.keyTimes ?? usualKeyTimes;
    this.every(refreshEveryMs, () => this.keys.refresh());
  }

  onApplicationBootstrap(): void {
    const { signingKeyDays } = this.options;
    if (signingKeyDays === undefined) return;
    const rotation = new KeyRotation(this.keys, this.executor, signingKeyDays * dayMs);
    const rotate = (): Promise<void> =>
      rotation.run().catch((error: unknown) => this.logger.error('the signing key is not exchanged', error));
    void rotate();
    this.every(rotationLookMs, rotate);
  }

  onModuleDestroy(): void {
    this.timers.forEach(clearInterval);
  }

  private every(milliseconds: number, work: () => Promise<void>): void {
    this.timers.push(setInterval(() => void work().catch(() => undefined), milliseconds).unref());
  }
}

const authentication = (options: AccessOptions, clock: Clock): FactoryProvider[] => [
  { provide: DIRECTORY, inject: [CommandExecutor, Sessions], useFactory: callerDirectory },
  {
    provide: Sessions,
    inject: [ReadModels, SECRETS],
    useFactory: (readModels: ReadModels, secrets: Secrets) =>
      new Sessions(readModels.collection<Session>('sessions', { indexes: [{ expiresAt: 1 }] }), secrets, clock),
  },
  {
    provide: PasswordVault,
    inject: [SECRETS],
    useFactory: (secrets: Secrets) => new PasswordVault(secrets, options.passwordCost),
  },
  {
    provide: SigningKeys,
    inject: [ReadModels, SECRETS],
    useFactory: (readModels: ReadModels, secrets: Secrets) =>
      SigningKeys.open(signingKeyStore(readModels), secrets, clock, options.keyTimes),
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
    inject: [DIRECTORY, CommandExecutor, PasswordVault, Tokens, Sessions, PERSONAL_DATA],
    useFactory: (
      directory: CallerDirectory,
      executor: CommandExecutor,
      vault: PasswordVault,
      tokens: Tokens,
      sessions: Sessions,
      personalData: PersonalData,
    ) => new SignIn({ directory, executor, vault, tokens, sessions, personalData, clock }),
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
