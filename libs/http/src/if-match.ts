import { RequestRefused } from './request-refused.js';

/** @throws {RequestRefused} 412 when the caller saw another revision than the newest */
export function assertMatches(ifMatch: bigint | undefined, revision: bigint | undefined): void {
  if (ifMatch === undefined || ifMatch === revision) return;
  throw new RequestRefused({
    status: 412,
    code: 'precondition_failed',
    detail: 'It was changed since you read it. Read it again.',
  });
}
