/** Injection token of the log's {@link NoteSigner}. */
export const LOG_SIGNER = Symbol('LogSigner');
