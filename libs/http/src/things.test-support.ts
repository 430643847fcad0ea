import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { Answer, CommandEnvelope } from '#event-sourcing';
import { type Caller, conflict, DomainError, notFound, positiveMoneySchema } from '#kernel';

import { Versioned } from './answer.js';
import type { HttpAdapterOptions } from './http-adapter.js';
import { startApplication, type TestApplication } from './http.test-support.js';
import { setupOpenApi } from './open-api.js';
import { Page, pageMembers } from './page.js';
import { Public, RequirePermission } from './permission.js';
import { After, CurrentCaller, Envelope, IfMatch } from './request-parameters.js';
import { AcceptsForm, MaximumBody } from './route-options.js';

const depositSchema = z.strictObject({ amount: positiveMoneySchema, reason: z.string().max(20).optional() });
const listSchema = z.strictObject({ ...pageMembers, hallId: z.uuid().optional() });

class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** One route of every kind. */
@Controller('api/v1/things')
class ThingsController {
  @Get()
  @RequirePermission('halls:read')
  list(@Query({ schema: listSchema }) query: object, @Page() page: Page, @After() after: bigint | undefined): object {
    return { query, page, after };
  }

  @Get(':id')
  @RequirePermission('halls:read')
  one(@Param('id', { schema: z.uuid() }) id: string): Versioned {
    return new Versioned({ id, revision: 2n ** 60n }, 7n, 42n);
  }

  @Post(':id/deposits')
  @RequirePermission('wallets:deposit')
  deposit(
    @Body({ schema: depositSchema }) body: z.output<typeof depositSchema>,
    @Envelope() envelope: CommandEnvelope,
    @CurrentCaller() caller: Caller,
    @IfMatch() revision: bigint | undefined,
  ): Answer {
    return {
      status: 202,
      body: { body, envelope, caller: caller.id, seen: revision },
      position: 2n ** 62n,
      revision: 3n,
    };
  }

  @Post('form')
  @Public()
  @AcceptsForm()
  form(@Body() body: unknown): Answer {
    return { status: 200, body: { body }, position: undefined };
  }

  @Post('large')
  @Public()
  @MaximumBody(1024 * 1024)
  large(@Body() body: { text: string }): Answer {
    return { status: 200, body: { length: body.text.length }, position: undefined };
  }

  @Get('failures/:kind')
  @Public()
  fail(@Param('kind') kind: string): never {
    const error = failures[kind];
    throw error ?? new Error('the password is 1234');
  }
}

const failures: Record<string, Error> = {
  conflict: conflict('balance_too_low', 'The balance is too low.'),
  unprocessable: new DomainError('amount_invalid', 'No.', { pointer: '/amount/value' }),
  'not-found': notFound('thing_not_found', 'No such thing.'),
  forbidden: new DomainError('thing_forbidden', 'Not you.', { kind: 'forbidden' }),
  store: new StoreUnavailable('no route to 10.0.0.1'),
};

const caller: Caller = { kind: 'client', id: 'c1', roles: ['integrator'], hallIds: '*', name: 'crm' };
export const thing = '7d444840-9dc0-41d1-b245-5ffdce74fad2';

export interface Reply {
  readonly response: Response;
  readonly body: unknown;
}

export interface Things extends TestApplication {
  readonly send: (path: string, init?: RequestInit) => Promise<Reply>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** A deposit under the key `k1`. */
  readonly deposit: (body: unknown, headers?: Record<string, string>) => Promise<Reply>;
}

/** The things behind a guard that lets in whoever sends any token. */
export async function startThings(
  adapter: Partial<HttpAdapterOptions> = {},
  seen: (request: FastifyRequest) => void = () => undefined,
): Promise<Things> {
  const application = await startApplication({ controllers: [ThingsController], adapter }, (app) =>
    signEverybodyIn(app, seen),
  );
  const send: Things['send'] = async (path, init = {}) => {
    const response = await fetch(`${application.url}${path}`, init);
    return { response, body: await response.json() };
  };
  const post: Things['post'] = (path, body, headers = {}) =>
    send(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', authorization: 'Bearer secret-token', ...headers },
    });
  const deposit: Things['deposit'] = (body, headers = {}) =>
    post(`/api/v1/things/${thing}/deposits`, body, { 'idempotency-key': 'k1', ...headers });
  return { ...application, send, post, deposit };
}

function signEverybodyIn(app: NestFastifyApplication, seen: (request: FastifyRequest) => void): void {
  app
    .getHttpAdapter()
    .getInstance()
    .gates.use((request) => {
      seen(request);
      if (request.headers.authorization) request.caller = caller;
    });
  setupOpenApi(app, { version: '1.2.3' });
}
