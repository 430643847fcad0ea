import { parseProblem, ProblemError, unreachable } from '../api/problem.js';

interface Download {
  readonly path: string;
  readonly token: string | undefined;
  /** Sent as JSON where it is given. */
  readonly body?: object;
  readonly fileName: string;
}

/** Fetches a file and gives it to the browser to keep. @throws {ProblemError} it was refused, or no answer came */
export async function download({ path, token, body, fileName }: Download): Promise<void> {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw new ProblemError(unreachable);
  });
  if (!response.ok) {
    const problem: unknown = await response.json().catch(() => undefined);
    throw new ProblemError(
      parseProblem(response.status, problem, response.headers.get('x-correlation-id') ?? undefined),
    );
  }
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
