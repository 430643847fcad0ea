import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Files of a connection to a platform that speaks TLS, each in PEM. */
export interface CertificatePaths {
  /** Shown to the platform: its common name is the client's id. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** Whose certificates the platform may show; the authorities that Node knows where it is missing. */
  readonly authority?: string | undefined;
}

/** What the files hold, as Node's TLS takes it. */
export interface Certificates {
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly ca?: Buffer;
}

/** A file that cannot be used, by the name of its setting. */
export class CertificateUnusable extends Error {
  constructor(
    readonly setting: keyof CertificatePaths,
    problem: string,
  ) {
    super(problem);
    this.name = 'CertificateUnusable';
  }
}

/** @throws {CertificateUnusable} the first file that cannot be read, is no PEM, or does not belong to the other */
export function readCertificates({ certificate, key, authority }: CertificatePaths): Certificates {
  const cert = certificate === undefined ? undefined : parsed('certificate', certificate, certificateIn);
  const privateKey = key === undefined ? undefined : parsed('key', key, (pem) => createPrivateKey(pem));
  const ca = authority === undefined ? undefined : parsed('authority', authority, certificateIn);
  if (cert && privateKey && !cert.value.checkPrivateKey(privateKey.value))
    throw new CertificateUnusable('key', `${key} is not the key of the certificate ${certificate}`);
  return {
    ...(cert && { cert: cert.pem }),
    ...(privateKey && { key: privateKey.pem }),
    ...(ca && { ca: ca.pem }),
  };
}

/** Changes whenever one of the files is written or replaced. */
export function stampOf({ certificate, key, authority }: CertificatePaths): string {
  return [certificate, key, authority]
    .map((file) => {
      const stat = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.ino}:${stat.mtimeMs}:${stat.size}` : 'missing';
    })
    .join();
}

const certificateIn = (pem: Buffer): X509Certificate => new X509Certificate(pem);

function parsed<T>(
  setting: keyof CertificatePaths,
  file: string,
  parse: (pem: Buffer) => T,
): { readonly pem: Buffer; readonly value: T } {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (error) {
    throw new CertificateUnusable(setting, `${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
  try {
    return { pem, value: parse(pem) };
  } catch {
    throw new CertificateUnusable(
      setting,
      `${file} holds no ${setting === 'key' ? 'private key' : 'certificate'} in PEM`,
    );
  }
}
