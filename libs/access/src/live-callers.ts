import { unauthenticated } from '#http';
import type { Caller } from '#kernel';

import { type CallerDirectory, findCaller, type FoundCaller } from './caller-directory.js';
import { NetworkList } from './networks.js';
import type { TokenSubject } from './tokens.js';

/** How long a caller is taken for what they were when last looked up: so soon a suspension is felt everywhere. */
const trustedForMs = 1_000;
/** When an active caller is looked up again in the background, so that nobody waits for it. */
const refreshAfterMs = 400;
/** Callers kept in memory; the one looked up longest ago is forgotten first. */
const maximumCallers = 10_000;
/** Sources remembered of each caller with a list of networks. */
const maximumSources = 100;

/** A caller with what the decision needs at every request, made ready once. The same object as long as nothing changes. */
export class LiveCaller {
  readonly caller: Caller;
  readonly key: string;
  /** The only routes; undefined: no limit. */
  readonly routes: ReadonlySet<string> | undefined;
  private readonly networks: NetworkList | undefined;
  private readonly sources = new Map<string, boolean>();

  constructor(readonly found: FoundCaller) {
    const { caller, networks, routes } = found;
    this.caller = caller;
    this.key = `${caller.kind}:${caller.id}`;
    this.routes = routes ? new Set(routes) : undefined;
    this.networks = networks ? new NetworkList(networks) : undefined;
  }

  mayComeFrom(source: string): boolean {
    if (!this.networks) return true;
    const known = this.sources.get(source);
    if (known !== undefined) return known;
    if (this.sources.size >= maximumSources) this.sources.clear();
    const may = this.networks.includes(source);
    this.sources.set(source, may);
    return may;
  }
}

interface KnownCaller {
  readonly live: LiveCaller;
  readonly checkedAt: number;
}

/** Who callers are and what they may do now, at most a second old. */
export class LiveCallers {
  private readonly known = new Map<string, KnownCaller>();
  private readonly checks = new Map<string, Promise<LiveCaller>>();

  constructor(
    private readonly directory: CallerDirectory,
    private readonly now: () => number,
  ) {}

  /** The caller, where they were looked up within the last second. */
  trusted(subject: TokenSubject): LiveCaller | undefined {
    const key = keyOf(subject);
    const known = this.known.get(key);
    if (!known) return undefined;
    const age = this.now() - known.checkedAt;
    if (age >= refreshAfterMs && !this.checks.has(key)) void this.check(subject).catch(() => undefined);
    return age < trustedForMs ? known.live : undefined;
  }

  /**
   * Looks the caller up; once, however many ask at the same time.
   * @throws {RequestRefused} 401 `caller_suspended`: suspended, signed out, or not there at all
   */
  check(subject: TokenSubject): Promise<LiveCaller> {
    const key = keyOf(subject);
    const running = this.checks.get(key);
    if (running) return running;
    const check = this.lookUp(key, subject).finally(() => this.checks.delete(key));
    this.checks.set(key, check);
    return check;
  }

  private async lookUp(key: string, subject: TokenSubject): Promise<LiveCaller> {
    const checkedAt = this.now();
    const before = this.known.get(key)?.live;
    const found = await findCaller(this.directory, subject);
    this.known.delete(key);
    if (!found) throw unauthenticated('caller_suspended', 'This access is suspended.');
    const live = before && isSame(before.found, found) ? before : new LiveCaller(found);
    this.known.set(key, { live, checkedAt });
    const [oldest] = this.known.keys();
    if (this.known.size > maximumCallers && oldest !== undefined) this.known.delete(oldest);
    return live;
  }
}

const isSame = (one: FoundCaller, other: FoundCaller): boolean => JSON.stringify(one) === JSON.stringify(other);

const keyOf = ({ kind, id, sessionId = '' }: TokenSubject): string => `${kind}:${id}:${sessionId}`;
