import { parseProblem, ProblemError, unreachable } from './problem.js';

/** Attempts at one request, the first included, before its failure is shown. */
export const maxAttempts = 3;
/** Longest wait between two attempts, in milliseconds, whatever the server asks for. */
const maxRetryDelayMs = 5_000;

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  /** The position that the answer stands for; undefined when the server named none. */
  readonly position: bigint | undefined;
}

export interface RequestOptions {
  /** Read nothing older than this position. */
  readonly after?: bigint | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiClient {
  get<Body>(path: string, options?: RequestOptions): Promise<Answer<Body>>;
  /** Sends a command. The key is the intent's: the same key on every retry makes it happen once. */
  post<Body>(path: string, body: object, idempotencyKey: string): Promise<Answer<Body>>;
}

export interface ApiClientOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly token: () => string | undefined;
  /** Asked when a token is refused: true says that there is another, and the request is sent once more. */
  readonly renew: () => Promise<boolean>;
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** The REST client. Repeats what is harmless to repeat: reads, and commands under their own key. */
export function createApiClient({ fetch, token, renew, wait = sleep }: ApiClientOptions): ApiClient {
  const once = async <Body>(
    path: string,
    init: RequestInit,
    headers: Record<string, string>,
  ): Promise<Answer<Body>> => {
    const bearer = token();
    const answer = await exchange<Body>(fetch, path, {
      ...init,
      headers: { accept: 'application/json', ...headers, ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
    });
    return answer;
  };

  const persistently = async <Body>(path: string, init: RequestInit, headers: Record<string, string>) => {
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const sent = token();
      try {
        return await once<Body>(path, init, headers);
      } catch (error) {
        if (!renewed && isRefusedToken(error)) {
          renewed = true;
          // Another request may have got the next one meanwhile.
          if (token() !== sent || (await renew())) continue;
        }
        const delayMs = retryDelayMs(error, attempt);
        if (delayMs === undefined) throw error;
        await wait(delayMs);
      }
    }
  };

  return {
    get: (path, { after, signal } = {}) =>
      persistently(
        path,
        { method: 'GET', signal: signal ?? null },
        after === undefined ? {} : { 'tallyhall-after': after.toString() },
      ),
    post: (path, body, idempotencyKey) =>
      persistently(
        path,
        { method: 'POST', body: JSON.stringify(body) },
        { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      ),
  };
}

const isRefusedToken = (error: unknown): boolean => error instanceof ProblemError && error.problem.status === 401;

/** One request and its answer; every failure is a {@link ProblemError}, except an abort. */
export async function exchange<Body>(
  fetch: ApiClientOptions['fetch'],
  path: string,
  init: RequestInit,
): Promise<Answer<Body>> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new ProblemError(unreachable);
  });
  const body = await readJson(response);
  if (!response.ok)
    throw new RetryableProblem(
      parseProblem(response.status, body, response.headers.get('x-correlation-id') ?? undefined),
      response.headers.get('retry-after'),
    );
  return { status: response.status, body: body as Body, position: positionOf(response) };
}

class RetryableProblem extends ProblemError {
  constructor(
    problem: ProblemError['problem'],
    readonly retryAfter: string | null,
  ) {
    super(problem);
  }
}

const readJson = (response: Response): Promise<unknown> => response.json().catch(() => undefined);

function positionOf(response: Response): bigint | undefined {
  const header = response.headers.get('tallyhall-position');
  return header !== null && /^\d+$/.test(header) ? BigInt(header) : undefined;
}

/** Milliseconds until the next attempt; undefined when another would not help, or there were enough. */
function retryDelayMs(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof ProblemError) || attempt >= maxAttempts) return undefined;
  if (error.problem.status !== 0 && error.problem.status !== 503) return undefined;
  const seconds = error instanceof RetryableProblem ? Number(error.retryAfter ?? attempt) : attempt;
  return Math.min((Number.isFinite(seconds) ? seconds : attempt) * 1_000, maxRetryDelayMs);
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
