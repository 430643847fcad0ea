import { fetch, type Response } from 'undici';
import { z } from 'zod';

import {
  batchAnswerSchema,
  commandPageSchema,
  maximumCommandWaitSeconds,
  type BatchAnswer,
  type CommandPage,
  type FactBatch,
} from '#gateway-protocol';

import type { PlatformConnection } from './platform-connection.js';

/** A token is renewed this long before it ends, in milliseconds. */
const renewBeforeMs = 60_000;
const requestTimeoutMs = 30_000;

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** The platform answered, and not as asked. `status` 401 and 403 mean that the credentials are not good. */
export class PlatformRefusal extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`the platform answered ${status}: ${detail}`);
    this.name = 'PlatformRefusal';
  }

  /** Whether asking the same again may help: an outage, not a fault of the request. */
  get passing(): boolean {
    return this.status >= 500 || this.status === 401 || this.status === 408 || this.status === 429;
  }
}

export interface PlatformSettings {
  readonly url: string;
  readonly gatewayId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The gateway's two calls to the platform's internal API, with a token that is renewed as needed. */
export class PlatformClient {
  private token: { readonly value: string; readonly renewAt: number } | null = null;

  constructor(
    private readonly settings: PlatformSettings,
    private readonly connection: Pick<PlatformConnection, 'dispatcher' | 'close'>,
  ) {}

  /** @throws {PlatformRefusal} or whatever the network throws */
  async sendFacts(batch: FactBatch, signal: AbortSignal): Promise<BatchAnswer> {
    const request = { method: 'POST', body: JSON.stringify(batch) };
    return batchAnswerSchema.parse(await this.call(this.path('facts'), request, requestTimeoutMs, signal));
  }

  /** Waits at the platform until there is a command, or for so many seconds. */
  async fetchCommands(after: string | null, waitSeconds: number, signal: AbortSignal): Promise<CommandPage> {
    const wait = Math.min(waitSeconds, maximumCommandWaitSeconds);
    const query = new URLSearchParams({ ...(after === null ? {} : { after }), wait: String(wait) });
    const path = `${this.path('commands')}?${query.toString()}`;
    return commandPageSchema.parse(await this.call(path, { method: 'GET' }, wait * 1000 + requestTimeoutMs, signal));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private path(of: 'facts' | 'commands'): string {
    return `/internal/v1/gateways/${encodeURIComponent(this.settings.gatewayId)}/${of}`;
  }

  private async call(path: string, request: Request, timeoutMs: number, signal: AbortSignal): Promise<unknown> {
    const first = await this.authorised(path, request, timeoutMs, signal);
    if (first.status !== 401) return content(first);
    await first.body?.cancel();
    this.token = null;
    return content(await this.authorised(path, request, timeoutMs, signal));
  }

  private async authorised(path: string, request: Request, timeoutMs: number, signal: AbortSignal): Promise<Response> {
    const token = await this.currentToken(signal);
    return this.request(path, { ...request, authorization: `Bearer ${token}` }, timeoutMs, signal);
  }

  private async currentToken(signal: AbortSignal): Promise<string> {
    if (this.token && Date.now() < this.token.renewAt) return this.token.value;
    const { clientId, clientSecret } = this.settings;
    const request = { method: 'POST', body: JSON.stringify({ clientId, clientSecret }) };
    const answer = tokenSchema.parse(
      await content(await this.request('/auth/token', request, requestTimeoutMs, signal)),
    );
    const lastsMs = answer.expires_in * 1000;
    this.token = { value: answer.access_token, renewAt: Date.now() + Math.max(lastsMs / 2, lastsMs - renewBeforeMs) };
    return this.token.value;
  }

  private request(path: string, request: Request, timeoutMs: number, signal: AbortSignal): Promise<Response> {
    const { authorization, ...rest } = request;
    return fetch(`${this.settings.url}${path}`, {
      ...rest,
      headers: {
        accept: 'application/json',
        ...(rest.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      dispatcher: this.connection.dispatcher(),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
  }
}

interface Request {
  readonly method: string;
  readonly body?: string;
  readonly authorization?: string;
}

async function content(response: Response): Promise<unknown> {
  if (response.ok) return response.json();
  throw new PlatformRefusal(response.status, (await response.text()).slice(0, 300));
}
