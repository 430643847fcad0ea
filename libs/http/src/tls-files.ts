import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { ServerOptions } from 'node:https';

/** Where certificate and key are. */
export interface TlsPaths {
  /** PEM: the server's certificate, and those between it and a root. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** PEM: the authority whose certificates gateways show; where it is missing, none is asked for. */
  readonly gatewayAuthority?: string | undefined;
}

/** How often the files are looked at, in milliseconds. */
const lookEveryMs = 2_000;

/**
 * What the files say now.
 * @throws {Error} naming the file that cannot be read, or that the key is not the certificate's
 */
export function readTls({ certificate, key, gatewayAuthority }: TlsPaths): ServerOptions {
  const options = { cert: read(certificate), key: read(key) };
  const matches = new X509Certificate(options.cert).checkPrivateKey(createPrivateKey(options.key));
  if (!matches) throw new Error(`The key ${key} is not the key of the certificate ${certificate}.`);
  return {
    ...options,
    minVersion: 'TLSv1.2',
    requestCert: gatewayAuthority !== undefined,
    // Whoever shows none, or another's, is no gateway; the decision before each route says so, and people need none.
    rejectUnauthorized: false,
    ...(gatewayAuthority === undefined ? {} : { ca: read(gatewayAuthority) }),
  };
}

/**
 * Gives the server the files' new content when they change: new connections get it, open ones go on. Content that cannot be
 * used changes nothing.
 * @returns ends it
 */
export function reloadTls(
  use: (options: ServerOptions) => void,
  paths: TlsPaths,
  onReload: (error?: unknown) => void,
  everyMs = lookEveryMs,
): () => void {
  let seen = stampOf(paths);
  const timer = setInterval(() => {
    const stamp = stampOf(paths);
    if (stamp === seen) return;
    seen = stamp;
    try {
      use(readTls(paths));
      onReload();
    } catch (error) {
      onReload(error);
    }
  }, everyMs).unref();
  return () => clearInterval(timer);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${file} cannot be read.`, { cause: error });
  }
}

/** Changes whenever a file is written or replaced. */
function stampOf({ certificate, key, gatewayAuthority }: TlsPaths): string {
  return [certificate, key, ...(gatewayAuthority === undefined ? [] : [gatewayAuthority])]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.ino}:${stat.mtimeMs}:${stat.size}` : 'missing';
    })
    .join();
}
