/** How a refusal is answered over HTTP: the state forbids it (409), the content makes no sense (422), and so on. `outdated`: it was changed since the caller read it (412). */
export type RefusalKind = 'conflict' | 'unprocessable' | 'not-found' | 'forbidden' | 'outdated';

export interface RefusalOptions {
  readonly kind?: RefusalKind;
  /** RFC 6901 pointer into the command's data, such as `/amount/value`. */
  readonly pointer?: string;
}

/** A refusal by a rule of the trade. Everything else that is thrown is a bug or an outage. */
export class DomainError extends Error {
  readonly kind: RefusalKind;
  readonly pointer: string | undefined;

  /** @param code stable, `snake_case`, part of the public API */
  constructor(
    readonly code: string,
    message: string,
    { kind = 'unprocessable', pointer }: RefusalOptions = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.kind = kind;
    this.pointer = pointer;
  }
}

/** A refusal because of the state that the aggregate is in: 409. */
export const conflict = (code: string, message: string): DomainError =>
  new DomainError(code, message, { kind: 'conflict' });

/** A refusal because the object is not there, or not there for this caller: 404. */
export const notFound = (code: string, message: string): DomainError =>
  new DomainError(code, message, { kind: 'not-found' });
