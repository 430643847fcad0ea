import { randomUUID } from 'node:crypto';

import { Pool } from 'undici';

/** Connections that commands are sent over, each with one request at a time. */
export const connections = 64;

/** What a deposit or a withdrawal was answered. */
export interface Movement {
  readonly entryId: string;
}

interface Answer {
  readonly path: string;
  readonly status: number;
  readonly text: string;
}

/**
 * Deposits and withdrawals over REST, wallet after wallet, each wallet's in turn: balances stay about where they are.
 * The bare route is sent the same bytes.
 */
export class WalletCommands {
  private readonly pool: Pool;
  private sent = 0;

  constructor(
    url: string,
    private readonly token: string,
    private readonly wallets: readonly string[],
  ) {
    this.pool = new Pool(url, { connections, pipelining: 1 });
  }

  /** @throws {Error} it was not answered 201 */
  async send(): Promise<Movement> {
    return made(await this.ask());
  }

  /** The next deposit or withdrawal, whatever it is answered. */
  async ask(): Promise<Answer> {
    const turn = this.sent++;
    const wallet = this.wallets[turn % this.wallets.length] ?? '';
    const kind = Math.floor(turn / this.wallets.length) % 2 === 0 ? 'deposits' : 'withdrawals';
    return this.post(`/api/v1/wallets/${wallet}/${kind}`, 100);
  }

  /** So much that no withdrawal is refused, whatever overtakes what. */
  async fund(): Promise<void> {
    const amount = 1_000_000;
    for (const wallet of this.wallets) made(await this.post(`/api/v1/wallets/${wallet}/deposits`, amount));
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private async post(path: string, value: number): Promise<Answer> {
    const { statusCode, body } = await this.pool.request({
      method: 'POST',
      path,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ amount: { value, currency: 'EUR' } }),
    });
    return { path, status: statusCode, text: await body.text() };
  }
}

function made({ path, status, text }: Answer): Movement {
  if (status !== 201) throw new Error(`POST ${path} was answered ${status}: ${text}`);
  return JSON.parse(text) as Movement;
}
