/** A refusal or failure as RFC 9457 tells it, or the panel's own word for an answer that never came. */
export interface Problem {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly correlationId: string | undefined;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

export const unreachable: Problem = {
  status: 0,
  code: 'unreachable',
  title: 'No answer',
  detail: 'The platform did not answer. Check the network; the panel tries again.',
  correlationId: undefined,
  errors: [],
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/**
 * Reads a problem out of whatever a server or a proxy in between answered.
 * @param correlationId the response's `X-Correlation-Id`, for answers without a problem body
 */
export function parseProblem(status: number, body: unknown, correlationId?: string): Problem {
  const fields = isRecord(body) ? body : {};
  const title = text(fields['title']) ?? `Answer ${status}`;
  return {
    status,
    code: text(fields['code']) ?? `http_${status}`,
    title,
    detail: text(fields['detail']) ?? title,
    correlationId: text(fields['correlationId']) ?? correlationId,
    errors: Array.isArray(fields['errors']) ? fields['errors'].flatMap(parseFieldError) : [],
  };
}

function parseFieldError(error: unknown): { pointer: string; detail: string }[] {
  if (!isRecord(error)) return [];
  return [{ pointer: text(error['pointer']) ?? '', detail: text(error['detail']) ?? text(error['code']) ?? '' }];
}

/** The problem behind anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 0, code: 'panel', title: 'The panel failed', detail, correlationId: undefined, errors: [] };
}
