import { permissionDenied, RequestRefused, tooManyRequests, unauthenticated } from '#http';
import { type Caller, mayDo, mayUseHall, notFound, type Permission } from '#kernel';

import type { Authenticator } from './authenticator.js';
import type { LiveCaller } from './live-callers.js';
import { type RateLimits, type RateName, Rates, type RateState } from './rates.js';

/** Who asks: what they show, and where they come from. */
export interface Presented {
  readonly token: string | undefined;
  /** The source address, as `sourceAddress` gives it. */
  readonly source: string;
  /** The client that a certificate of the connection names; undefined where gateways need none, null where none was shown. */
  readonly certifiedClient?: string | null | undefined;
}

/** What is asked for. */
export interface Asked {
  /** `GET /api/v1/halls`, `LIVE subscribe wallets`. */
  readonly route: string;
  /** All of them are needed. */
  readonly permissions: readonly Permission[];
  /** What it counts for; where it is missing it is a question, not a call, and is not counted. */
  readonly rate?: RateName | undefined;
  /** The hall that the request itself names; the halls of objects are known only with the object. */
  readonly hallId?: string | undefined;
}

export interface Admitted {
  readonly caller: Caller;
  /** Undefined where it was not counted. */
  readonly rate: RateState | undefined;
}

/**
 * The one decision that REST, sockets and gateways all pass: who, from where, which route, which hall, how often. What is
 * not allowed is refused.
 */
export class AccessDecision {
  private readonly rates: ReadonlyMap<RateName, Rates>;

  constructor(
    private readonly authenticator: Pick<Authenticator, 'known' | 'authenticate'>,
    limits: RateLimits,
    now: () => number,
  ) {
    const names = Object.keys(limits) as RateName[];
    this.rates = new Map(names.map((name) => [name, new Rates(limits[name], now)]));
  }

  /** What is known of a token's caller without asking anybody; the same object as long as nothing about them changed. */
  known(token: string): LiveCaller | undefined {
    return this.authenticator.known(token);
  }

  /** The limit of a name, for the headers that tell it. */
  limitOf(name: RateName): RateLimits[RateName] {
    return this.ratesOf(name).limit;
  }

  /**
   * Answers at once for a caller who is known, which is nearly every time.
   * @throws {RequestRefused} 401, 403 or 429; {DomainError} 404 for another's hall. A promise rejects with the same
   */
  decide(presented: Presented, asked: Asked): Admitted | Promise<Admitted> {
    if (asked.rate !== undefined) this.takeOfAll();
    const { token } = presented;
    if (token === undefined) {
      this.failed(presented.source);
      throw unauthenticated('token_required', 'Send an access token: Authorization: Bearer …');
    }
    const known = this.authenticator.known(token);
    return known ? this.judge(known, presented, asked) : this.judgeUnknown(token, presented, asked);
  }

  /**
   * A call that needs no token: counted by its source.
   * @throws {RequestRefused} 429
   */
  admitOpen(source: string, rate: RateName): RateState {
    this.takeOfAll();
    if (rate === 'sign-in') this.refuseFailing(source);
    return this.takeOrRefuse(rate, placeOf(source), 'Too many calls from there.');
  }

  /** Somebody from there failed to prove who they are. */
  failed(source: string): void {
    this.ratesOf('failures').take(placeOf(source));
  }

  /** Too many failures end what is expensive, not what is proven: callers who are known from the same place go on. */
  private refuseFailing(source: string): void {
    const { retrySeconds } = this.ratesOf('failures').peek(placeOf(source));
    if (retrySeconds === 0) return;
    throw tooManyRequests('too_many_failures', 'Too many attempts from there failed. Wait.', retrySeconds);
  }

  private async judgeUnknown(token: string, presented: Presented, asked: Asked): Promise<Admitted> {
    this.refuseFailing(presented.source);
    try {
      return this.judge(await this.authenticator.authenticate(token), presented, asked);
    } catch (error) {
      if (error instanceof RequestRefused && error.refusal.status === 401) this.failed(presented.source);
      throw error;
    }
  }

  private judge(live: LiveCaller, presented: Presented, asked: Asked): Admitted {
    const { caller, key } = live;
    if (!live.mayComeFrom(presented.source)) throw denied('source_denied', 'This caller may not come from there.');
    if (caller.roles.includes('gateway') && caller.kind === 'client' && presented.certifiedClient !== undefined)
      if (presented.certifiedClient !== caller.id)
        throw denied('certificate_required', 'A gateway shows a certificate that names its client.');
    for (const permission of asked.permissions)
      if (!mayDo(caller, permission)) throw permissionDenied(`${rolesOf(caller)} ${permission}.`);
    if (live.routes && !live.routes.has(asked.route))
      throw denied('route_denied', `This client is not let through to ${asked.route}.`);
    if (asked.hallId !== undefined && !mayUseHall(caller, asked.hallId))
      throw notFound('hall_unknown', 'There is no such hall.');
    return { caller, rate: asked.rate === undefined ? undefined : this.takeOrRefuse(asked.rate, key, tooOften) };
  }

  private takeOfAll(): void {
    this.takeOrRefuse('total', '', 'The platform is asked for too much at the moment.');
  }

  private takeOrRefuse(name: RateName, key: string, detail: string): RateState {
    const rates = this.ratesOf(name);
    const state = rates.take(key);
    if (state.retrySeconds === 0) return state;
    const refusal = tooManyRequests('too_many_calls', detail, state.retrySeconds);
    throw new RequestRefused({
      ...refusal.refusal,
      heldMs: refusalHeldMs,
      headers: { ...refusal.refusal.headers, ...rateHeaders(name, rates.limit, { ...state, remaining: 0 }) },
    });
  }

  private ratesOf(name: RateName): Rates {
    const rates = this.rates.get(name);
    if (!rates) throw new TypeError(`There is no limit for ${name}.`);
    return rates;
  }
}

/** How long a caller who calls too often waits to hear it: one who asks on at once is slowed, and leaves the others room. */
const refusalHeldMs = 100;
const tooOften = 'This caller calls too often.';

/** The fields of draft-ietf-httpapi-ratelimit-headers: what the limit is, and what is left of it. */
export const rateHeaders = (
  name: RateName,
  { perSecond, burst }: RateLimits[RateName],
  { remaining, resetSeconds }: RateState,
): { readonly ratelimit: string; readonly 'ratelimit-policy': string } => ({
  ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
  'ratelimit-policy': `"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`,
});

const denied = (code: string, detail: string): RequestRefused => new RequestRefused({ status: 403, code, detail });

const rolesOf = ({ roles }: Caller): string => {
  if (roles.length === 0) return 'A caller without a role does not have';
  return roles.length === 1 ? `The role ${roles[0]} does not have` : `None of the roles ${roles.join(', ')} has`;
};

/** Whoever has an IPv6 address usually has all of its /64. */
function placeOf(source: string): string {
  return source.includes(':') ? prefixOf(source) : source;
}

const prefixSegments = 4;
function prefixOf(source: string): string {
  const [head = '', tail] = source.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, prefixSegments).join(':');
}
