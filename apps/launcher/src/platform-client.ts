import { setTimeout as pause } from 'node:timers/promises';

const requestTimeoutMs = 10_000;

/** The platform's own API, as the demo's preparation uses it: every request may be repeated. */
export class PlatformClient {
  private token: string | undefined;

  constructor(private readonly url: string) {}

  /** Waits until the platform is ready, or the signal aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    const pollMs = 50;
    while (!signal.aborted) {
      const response = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(requestTimeoutMs) }).catch(
        () => undefined,
      );
      if (response?.ok) return;
      await pause(pollMs);
    }
  }

  async signIn(login: string, password: string, newPassword?: string): Promise<void> {
    const body = { login, password, ...(newPassword === undefined ? {} : { newPassword }) };
    const { access_token: token } = await this.post<{ access_token: string }>('/auth/login', body);
    this.token = token;
  }

  async authenticate(clientId: string, clientSecret: string): Promise<void> {
    const { access_token: token } = await this.post<{ access_token: string }>('/auth/token', {
      clientId,
      clientSecret,
    });
    this.token = token;
  }

  /** @param key the Idempotency-Key: the same key is the same command, however often it is sent */
  async post<T>(path: string, body: object, key?: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}
