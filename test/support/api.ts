import { randomUUID } from 'node:crypto';

import type { DemoFile } from './demo.js';

export interface Answered<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface RequestOptions {
  /** Idempotency-Key; a new one where it is missing. */
  readonly key?: string;
  /** Tallyhall-After. */
  readonly after?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The REST API as an integrator's own client would speak it. */
export class Api {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  static async ofClient(url: string, client: DemoFile['clients']['integrator']): Promise<Api> {
    return new Api(url, await Api.token(url, '/auth/token', client));
  }

  static async ofStaff(url: string, staff: DemoFile['staff']['manager']): Promise<Api> {
    return new Api(url, await Api.token(url, '/auth/login', staff));
  }

  private static async token(url: string, path: string, credentials: object): Promise<string> {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  }

  /** The same caller at another node. */
  at(url: string): Api {
    return new Api(url, this.token);
  }

  get<T>(path: string, { after, headers = {} }: RequestOptions = {}): Promise<Answered<T>> {
    return this.send('GET', path, undefined, {
      ...headers,
      ...(after === undefined ? {} : { 'tallyhall-after': after }),
    });
  }

  post<T>(path: string, body: object, { key = randomUUID(), headers = {} }: RequestOptions = {}): Promise<Answered<T>> {
    return this.send('POST', path, body, { 'idempotency-key': key, ...headers });
  }

  private async send<T>(
    method: string,
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<Answered<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as T };
  }
}
