import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { type CommandLine, textOption } from './command.js';
import { exitCodes, Stopped, usage } from './exit-codes.js';
import { dataDirOf } from './stores.js';

/** Options of commands that ask the platform. */
export const platformOptions = { data: { type: 'string' }, url: { type: 'string' } } as const;

const demoSchema = z.looseObject({
  url: z.string(),
  clients: z.looseObject({ regulator: z.object({ clientId: z.string(), clientSecret: z.string() }) }),
});
const problemSchema = z.looseObject({ code: z.string(), detail: z.string() });

/** The platform's REST API, as a regulator's client. */
export class Platform {
  private constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  /** Signs in with TALLY_CLIENT_ID and TALLY_CLIENT_SECRET, or as the demo's regulator. @throws {Stopped} */
  static async signIn(line: CommandLine): Promise<Platform> {
    const { url, clientId, clientSecret } = credentialsOf(line);
    const body = JSON.stringify({ clientId, clientSecret });
    const response = await reached(url, '/auth/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { access_token: token } = z.looseObject({ access_token: z.string() }).parse(await response.json());
    return new Platform(url, token);
  }

  async get(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<unknown> {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const search = new URLSearchParams(given).toString();
    return (await this.ask(`${path}${search === '' ? '' : `?${search}`}`)).json();
  }

  async text(path: string): Promise<string> {
    return (await this.ask(path)).text();
  }

  async post(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${this.token}` };
    return reached(this.url, path, { ...init, headers });
  }
}

function credentialsOf(line: CommandLine): { url: string; clientId: string; clientSecret: string } {
  const { TALLY_URL, TALLY_CLIENT_ID: clientId, TALLY_CLIENT_SECRET: clientSecret } = line.env;
  const url = textOption(line, 'url') ?? TALLY_URL;
  if (clientId !== undefined && clientSecret !== undefined)
    return { url: withoutSlash(url ?? 'http://127.0.0.1:8080'), clientId, clientSecret };
  const file = join(dataDirOf(line), 'demo.json');
  if (!existsSync(file))
    throw usage(
      `Set TALLY_CLIENT_ID and TALLY_CLIENT_SECRET to a regulator's: there is no demo in ${dataDirOf(line)}.`,
    );
  const demo = demoSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { url: withoutSlash(url ?? demo.url), ...demo.clients.regulator };
}

const withoutSlash = (url: string): string => url.replace(/\/$/, '');

/** @throws {Stopped} the platform cannot be reached, or refuses: in its own words */
async function reached(url: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${url}${path}`, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Stopped(`The platform cannot be reached at ${url}: ${cause}`, exitCodes.unavailable);
  }
  if (response.ok) return response;
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  const why = problem.success ? `${problem.data.detail} (${problem.data.code})` : `status ${response.status}`;
  throw new Stopped(`The platform refuses: ${why}`, exitCodes.unavailable);
}
