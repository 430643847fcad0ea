import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An authority that issues certificates (X.509, RFC 5280) for tests. */
export interface Authority {
  /** File of its certificate, in PEM. */
  readonly file: string;
  /** A certificate with that common name, good for servers at 127.0.0.1 as well. @returns files in PEM */
  issue(commonName: string): { readonly certificate: string; readonly key: string };
}

/** @param folder where its files go, called after it */
export function makeAuthority(folder: string, name: string): Authority {
  const own = keyPair();
  const issue = (subject: string, { publicKey }: KeyPair, extension: Buffer): string =>
    pemOf(certificate({ issuer: name, subject, publicKey, extension }, own.privateKey));
  const file = join(folder, `${name}.pem`);
  writeFileSync(file, issue(name, own, isAuthority));
  let issued = 0;
  return {
    file,
    issue: (commonName) => {
      issued += 1;
      const keys = keyPair();
      const files = { certificate: join(folder, `${name}-${issued}.pem`), key: join(folder, `${name}-${issued}.key`) };
      writeFileSync(files.certificate, issue(commonName, keys, isAtLoopback));
      writeFileSync(files.key, keys.privateKey.export({ format: 'pem', type: 'pkcs8' }));
      return files;
    },
  };
}

type KeyPair = ReturnType<typeof keyPair>;
const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

const dayMs = 86_400_000;

interface Content {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extension: Buffer;
}

function certificate({ issuer, subject, publicKey, extension }: Content, by: KeyObject): Buffer {
  const content = sequence(
    der(0xa0, integer(2)),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(Date.now() - dayMs), time(Date.now() + dayMs)),
    nameOf(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(extension)),
  );
  return sequence(content, ecdsaWithSha256, der(0x03, Buffer.of(0), sign('sha256', content, by)));
}

const pemOf = (bytes: Buffer): string =>
  [
    '-----BEGIN CERTIFICATE-----',
    ...(bytes.toString('base64').match(/.{1,64}/g) ?? []),
    '-----END CERTIFICATE-----',
  ].join('\n');

/** One value in DER: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const integer = (value: number): Buffer => der(0x02, Buffer.of(value));
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(identifier('550403'), der(0x0c, Buffer.from(commonName)))));
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`));

const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'));
/** basicConstraints, and subjectAltName with an address. */
const isAuthority = sequence(identifier('551d13'), der(0x04, sequence(der(0x01, Buffer.of(0xff)))));
const isAtLoopback = sequence(identifier('551d11'), der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, 1)))));
