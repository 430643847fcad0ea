/** The token in use, for those who send it: they ask at every request, and get the newest. */
export interface TokenHolder {
  readonly read: () => string | undefined;
  readonly replace: (token: string | undefined) => void;
}

export function createTokenHolder(initial: string | undefined): TokenHolder {
  let token = initial;
  return { read: () => token, replace: (next) => (token = next) };
}
