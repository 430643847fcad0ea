import type { AddressInfo } from 'node:net';

import { Global, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import jsonwebtoken from 'jsonwebtoken';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';

import { type Answer, CATALOGUE, CommandRouter, EVENT_STORE, FEED, type RoutedCommand } from '#event-sourcing';
import { CommandEnvelopes, permissionDenied, unauthenticated } from '#http';
import { type Caller, conflict, mayDo, mayUseHall, notFound, type Role } from '#kernel';
import { createSecrets } from '#secrets';

import type { LiveAsked, LivePresented } from '../live-access.js';
import { LiveGateway } from '../live.gateway.js';
import { LiveModule } from '../live.module.js';
import { type Patience, usualPatience } from '../socket-client.js';
import { catalogue } from './events.test-support.js';
import { FakeLog } from './fake-log.test-support.js';

const callerOf = (role: Role): Caller => ({ kind: 'client', id: role, roles: [role], hallIds: ['h1'], name: role });

/** A token as the platform's own: who, and until when (seconds since 1970). */
export const tokenOf = (role: Role, exp?: number): string =>
  jsonwebtoken.sign({ sub: role, ...(exp === undefined ? {} : { exp }) }, 'spec');

/** The live module in an application of its own, over a log in memory. */
export class LiveApp {
  readonly log = new FakeLog();
  readonly dispatched: RoutedCommand[] = [];
  /** Who may come in, by the subject of the token. */
  callers: Record<string, Caller> = Object.fromEntries(
    (['integrator', 'regulator', 'gateway'] as const).map((role) => [role, callerOf(role)]),
  );
  answer: () => Answer = () => ({ status: 201, body: { balance: 5n }, position: 2n ** 60n });
  private readonly sockets: Socket[] = [];
  private app: NestFastifyApplication | undefined;

  async start(patience?: Partial<Patience>): Promise<void> {
    const { log, dispatched } = this;
    const dispatch = (routed: RoutedCommand): Promise<Answer> => {
      if (routed.command.type === 'LockPlay') return Promise.reject(conflict('machine_offline', 'It is offline.'));
      dispatched.push(routed);
      return Promise.resolve(this.answer());
    };
    const platform = [
      { provide: EVENT_STORE, useValue: log },
      { provide: FEED, useValue: log },
      { provide: CATALOGUE, useValue: { parse: <T>(event: T): T => event } },
      { provide: CommandRouter, useValue: { dispatch } },
      { provide: CommandEnvelopes, useValue: new CommandEnvelopes(createSecrets(Buffer.alloc(32, 7))) },
    ];
    @Global()
    @Module({ providers: platform, exports: platform })
    class FakePlatform {}

    const schema = z.strictObject({ playerId: z.string(), amount: z.int().min(1) });
    const live = LiveModule.forRoot({
      catalogue,
      commands: [
        { name: 'deposit', type: 'DepositFunds', permission: 'wallets:deposit', schema, target: 'playerId' },
        {
          name: 'lock',
          type: 'LockPlay',
          permission: 'machines:lock',
          schema: z.strictObject({ machineId: z.string() }),
          target: 'machineId',
        },
      ],
      access: {
        useFactory: () => ({ decide: (...asked) => this.decide(...asked), known: (token) => this.known(token) }),
      },
      patience: { ...usualPatience, ...patience },
    });
    const testing = await Test.createTestingModule({ imports: [FakePlatform, live] }).compile();
    this.app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await this.app.listen(0, '127.0.0.1');
  }

  get port(): number {
    return (this.app?.getHttpServer() as { address(): AddressInfo }).address().port;
  }

  get connectionCount(): number {
    return this.app?.get(LiveGateway, { strict: false }).connectionCount ?? 0;
  }

  /** A client that has asked to connect. */
  client(token: string, port = this.port): Socket {
    const socket = io(`http://127.0.0.1:${port}/live`, {
      auth: { token },
      transports: ['websocket'],
      reconnection: false,
    });
    this.sockets.push(socket);
    return socket;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.disconnect();
    await this.app?.close();
  }

  private known(token: string): Caller | undefined {
    return this.callers[jsonwebtoken.decode(token, { json: true })?.sub ?? ''];
  }

  private decide({ token }: LivePresented, { permissions, hallId }: LiveAsked): Promise<Caller> {
    const caller = this.known(token);
    if (!caller) return Promise.reject(unauthenticated('token_invalid', 'The token is not good.'));
    if (!permissions.every((permission) => mayDo(caller, permission)))
      return Promise.reject(permissionDenied('This caller may not.'));
    if (hallId !== undefined && !mayUseHall(caller, hallId))
      return Promise.reject(notFound('hall_unknown', 'There is no such hall.'));
    return Promise.resolve(caller);
  }
}
