import { setPriority } from 'node:os';

import { Pool } from 'undici';

import { closedLoop, type SendCommand } from './load.js';
import { WalletCommands } from './wallet-commands.js';

/** What one client asks for, as fast as it can. */
export interface Greed {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly seconds: number;
  /** An address to read, or the players whose wallets are changed. */
  readonly wants: { readonly path: string } | { readonly wallets: readonly string[] };
}

/**
 * Told its greed in JSON; tells whoever started it what it was answered. It has what the others leave of the processor: a client is on a
 * machine of its own, and only its calls are to be felt.
 */
setPriority(19);
const { url, token, connections, seconds, wants } = JSON.parse(process.argv[2] ?? '') as Greed;
const counted = { answered: 0, refused: 0 };
const count = (status: number): void => {
  counted.answered += 1;
  if (status === 429) counted.refused += 1;
};

const pool = new Pool(url, { connections, pipelining: 1 });
const read =
  (path: string): SendCommand =>
  async () => {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path,
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    count(statusCode);
  };
const change = (wallets: readonly string[]): SendCommand => {
  const commands = new WalletCommands(url, token, wallets);
  return async () => {
    const { status, path, text } = await commands.ask();
    if (status !== 201 && status !== 429) throw new Error(`POST ${path} was answered ${status}: ${text}`);
    count(status);
  };
};

await closedLoop('path' in wants ? read(wants.path) : change(wants.wallets), connections, seconds);
process.send?.(counted);
process.exit(0);
