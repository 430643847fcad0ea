/** One thing that is wrong with a request: where it stands (RFC 6901), what kind of wrong, and in words. */
export interface ProblemError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface Refusal {
  readonly status: number;
  /** Stable, `snake_case`, part of the public API. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the answer may be held back, in milliseconds: whoever asks too often asks on when it comes. */
  readonly heldMs?: number;
  /** Further members of the problem document, such as OAuth's `error`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal of the request itself, before any rule of the trade was asked. */
export class RequestRefused extends Error {
  constructor(readonly refusal: Refusal) {
    // Nobody reads where a refusal was made, and to find it out costs more than to refuse.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(refusal.detail);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'RequestRefused';
  }
}

/** 400: the content does not fit the declared schema. */
export const requestInvalid = (errors: readonly ProblemError[]): RequestRefused =>
  new RequestRefused({
    status: 400,
    code: 'request_invalid',
    detail: 'The request does not have the declared form.',
    errors,
  });

/** 400: a header does not have the declared form. */
export const headerInvalid = (header: string, mustBe: string): RequestRefused =>
  new RequestRefused({ status: 400, code: 'header_invalid', detail: `The header ${header} must be ${mustBe}.` });

/** 401: nobody is signed in. */
export const unauthenticated = (code: string, detail: string): RequestRefused =>
  new RequestRefused({
    status: 401,
    code,
    detail,
    headers: { 'www-authenticate': code === 'token_required' ? 'Bearer' : 'Bearer error="invalid_token"' },
  });

/** 403: signed in, and not allowed. */
export const permissionDenied = (detail: string): RequestRefused =>
  new RequestRefused({ status: 403, code: 'permission_denied', detail });

/** 429: come back later. */
export const tooManyRequests = (code: string, detail: string, retryAfterSeconds: number): RequestRefused =>
  new RequestRefused({ status: 429, code, detail, headers: { 'retry-after': retryAfterSeconds.toString() } });
