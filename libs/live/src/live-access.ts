import type { Caller, Permission } from '#kernel';

/** Who asks over a socket. */
export interface LivePresented {
  readonly token: string;
  /** The address that the connection came from. */
  readonly source: string;
}

/** What a socket asks for. */
export interface LiveAsked {
  /** `LIVE connect`, `LIVE subscribe wallets`, `LIVE deposit`: what a client can be limited to. */
  readonly route: string;
  readonly permissions: readonly Permission[];
  readonly hallId?: string;
  /** Whether it is a call, which is counted, or only looked at again. */
  readonly counts: boolean;
}

/** The platform's decision, as sockets ask it. */
export interface LiveAccess {
  /** @throws when it is not allowed, with what to answer */
  decide(presented: LivePresented, asked: LiveAsked): Promise<Caller>;
  /** What is known of a token's caller, at once; the same object as long as nothing about them changed. */
  known(token: string): object | undefined;
}
