import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { rolePermissions, type Role, roles } from '#kernel';

import type { AccessOffice } from './access-office.js';
import type { Api } from './api.js';
import { arbitraryOf, propertiesOf, requiredOf } from './arbitrary-of.js';
import { addressOf, type Operation, readOperations, routeOf, type Schema } from './open-api.js';

/** A call, and what is wrong with it on purpose: the field that the refusal has to name. */
interface Call {
  readonly operation: Operation;
  readonly path: string;
  readonly body: unknown;
  readonly wrongField: string | undefined;
}

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
}
export interface FuzzResult {
  readonly calls: number;
  readonly refused: number;
  readonly routes: number;
}

const longestId = 40;

/** Limits out of the way of tests that are about something else. */
export const unlimitedRates = ['read', 'write', 'internal', 'live', 'sign-in', 'open', 'failures', 'total']
  .map((name) => `${name}=100000`)
  .join(',');

/**
 * Random calls by our own OpenAPI document: no answer of ours may be a fault, or anything that is not declared; what is wrong
 * on purpose is refused by name; and a refused call has changed nothing.
 * @throws {Error} with the smallest call that breaks one of these, and the seed that finds it again
 */
export async function fuzzApi(office: AccessOffice, { runs, seed }: FuzzOptions): Promise<FuzzResult> {
  const [url = ''] = office.urls;
  const callers = new Map<Role, Api>();
  for (const role of roles) callers.set(role, (await office.register(role, '*')).api);
  const ids = await knownIds(office);
  const operations = await readOperations(url);
  const regulator = callers.get('regulator');
  if (!regulator) throw new Error('Nobody can read the history.');
  const history = new HistoryEnd(regulator);
  let [calls, refused] = [0, 0];
  const routes = new Set<string>();

  await fc.assert(
    fc.asyncProperty(callsOf(operations, ids), async (call) => {
      await history.read();
      const { status, contentType, body } = await send(url, call, callers);
      calls += 1;
      routes.add(routeOf(call.operation));
      assertDeclared(call.operation, status);
      if (status < 400) {
        if (call.wrongField !== undefined) throw new Error(`It was taken (${status}), with ${call.wrongField} wrong.`);
        return;
      }
      refused += 1;
      assertProblem(status, contentType, body);
      if (call.wrongField !== undefined) assertNames(call.wrongField, status, body);
      const changed = await history.read();
      if (changed.length > 0) throw new Error(`It was refused (${status}) and yet: ${changed.join(', ')}.`);
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
  return { calls, refused, routes: routes.size };
}

async function knownIds(office: AccessOffice): Promise<Readonly<Record<string, string>>> {
  const hallId = await office.hall('Fuzzed');
  const [client, person] = [await office.register('integrator', [hallId]), await office.register('cashier', [hallId])];
  const player = await client.api.post<{ playerId: string }>('/api/v1/players', { hallId, name: 'Elena' });
  return { hallId, playerId: player.body.playerId, clientId: client.id, staffId: person.id };
}

const callsOf = (operations: readonly Operation[], ids: Readonly<Record<string, string>>): fc.Arbitrary<Call> =>
  fc.constantFrom(...operations).chain((operation) =>
    fc
      .record({
        operation: fc.constant(operation),
        path: pathOf(operation, ids),
        content: operation.body ? contentOf(operation.body) : fc.constant({ body: undefined, wrongField: undefined }),
      })
      .map(({ content, ...call }) => ({ ...call, ...content })),
  );

function pathOf({ path, parameters }: Operation, ids: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const known = (name: string): string => ids[name] ?? '00000000-0000-4000-8000-000000000000';
  const segment = (name: string): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(known(name)) },
      { weight: 1, arbitrary: fc.uuid() },
      {
        weight: 1,
        arbitrary: fc.string({ minLength: 1, maxLength: longestId }).filter((text) => !/^\.{1,2}$/.test(text)),
      },
    );
  const query = parameters.filter((parameter) => parameter.in === 'query' && parameter.name !== 'wait');
  const values = query.map((parameter) => [parameter.name, fc.oneof(arbitraryOf(parameter.schema ?? {}), fc.string())]);
  return fc
    .record({
      segments: fc.tuple(...names.map(segment)),
      query: fc.record(Object.fromEntries(values) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys: [] }),
    })
    .map(({ segments, query: asked }) => {
      const filled = addressOf(path, Object.fromEntries(names.map((name, index) => [name, segments[index] ?? ''])), '');
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(asked)) search.set(name, String(value));
      return search.size === 0 ? filled : `${filled}?${search.toString()}`;
    });
}

/** Content that fits, or that is wrong in one field. */
function contentOf(schema: Schema): fc.Arbitrary<Pick<Call, 'body' | 'wrongField'>> {
  const fitting = arbitraryOf(schema);
  const right = fitting.map((body) => ({ body, wrongField: undefined }));
  const isStrict = schema.type === 'object' && schema['additionalProperties'] === false;
  if (!isStrict) return right;
  const wrong: fc.Arbitrary<Pick<Call, 'body' | 'wrongField'>>[] = [
    fitting.map((body) => ({ body: { ...(body as object), unexpected: 1 }, wrongField: '/unexpected' })),
  ];
  const required = requiredOf(schema);
  if (required.length > 0)
    wrong.push(
      fc.tuple(fitting, fc.constantFrom(...required)).map(([body, name]) => ({
        body: Object.fromEntries(Object.entries(body as object).filter(([member]) => member !== name)),
        wrongField: `/${name}`,
      })),
    );
  const typed = Object.entries(propertiesOf(schema)).filter(([, { type }]) => type === 'string' || type === 'integer');
  if (typed.length > 0)
    wrong.push(
      fc
        .tuple(fitting, fc.constantFrom(...typed.map(([name]) => name)), fc.constantFrom([], {}, true))
        .map(([body, name, value]) => ({ body: { ...(body as object), [name]: value }, wrongField: `/${name}` })),
    );
  return fc.oneof({ weight: 2, arbitrary: right }, ...wrong.map((arbitrary) => ({ weight: 1, arbitrary })));
}

async function send(
  url: string,
  { operation, path, body }: Call,
  callers: ReadonlyMap<Role, Api>,
): Promise<{ status: number; contentType: string; body: unknown }> {
  const role = roles.find((each) => rolePermissions[each].some((has) => has === operation.permission));
  const token = role === undefined ? undefined : callers.get(role)?.token;
  const response = await fetch(`${url}${path}`, {
    method: operation.method,
    headers: {
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const contentType = response.headers.get('content-type') ?? '';
  const text = await response.text();
  return { status: response.status, contentType, body: oneJsonText.test(contentType) ? JSON.parse(text) : text };
}

/** JSON Lines are several. */
const oneJsonText = /^application\/(problem\+)?json\b/;

function assertDeclared({ answers }: Operation, status: number): void {
  if (status >= 500) throw new Error(`It was answered ${status}: a fault of ours.`);
  if (!answers.has(`${status}`)) throw new Error(`It was answered ${status}, which is not declared.`);
}

function assertProblem(status: number, contentType: string, body: unknown): void {
  const members = new Map(typeof body === 'object' && body !== null ? Object.entries(body) : []);
  const texts = ['type', 'title', 'code', 'detail', 'correlationId'].every(
    (name) => typeof members.get(name) === 'string',
  );
  if (!contentType.startsWith('application/problem+json') || members.get('status') !== status || !texts)
    throw new Error(`The refusal ${status} is no problem document: ${contentType} ${JSON.stringify(body)}`);
}

/** A refusal of the address comes before one of the content, and is right too. */
function assertNames(field: string, status: number, body: unknown): void {
  if (status === 404 || status === 403) return;
  const { errors = [] } = body as { errors?: { pointer: string }[] };
  const isNamed = errors.some(({ pointer }) => pointer === field || pointer.startsWith(`${field}/`));
  const isOfAddress = errors.some(({ pointer }) => /^\/\w+Id$/.test(pointer) && pointer !== field);
  if (!isNamed && !isOfAddress)
    throw new Error(`${field} is wrong, and the refusal ${status} names ${JSON.stringify(body)}.`);
}

/** What the history has gained since it was last read, but for the platform's own records of calls. */
class HistoryEnd {
  private cursor: string | undefined;

  constructor(private readonly regulator: Api) {}

  async read(): Promise<string[]> {
    const gained: string[] = [];
    for (;;) {
      const after = this.cursor === undefined ? '' : `&after=${this.cursor}`;
      const { body } = await this.regulator.get<{ items: { type: string; position: string }[]; next: string | null }>(
        `/api/v1/audit/events?limit=1000${after}`,
      );
      gained.push(...body.items.map(({ type }) => type).filter((type) => !type.startsWith('audit.')));
      this.cursor = body.items.at(-1)?.position ?? this.cursor;
      if (body.items.length < 1_000) return gained;
    }
  }
}
