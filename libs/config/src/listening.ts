import ipaddr from 'ipaddr.js';

import type { PlatformSettings } from './platform-settings.js';
import { SettingsInvalid } from './settings.js';

/**
 * What travels without TLS can be read and changed by anyone on the way, passwords included. So without it the platform
 * listens on loopback, unless somebody says in so many words that it need not.
 * @throws {SettingsInvalid} naming what is missing
 */
export function assertListensSafely(settings: PlatformSettings): void {
  const { HOST, PLAIN_HTTP, TLS_CERT_FILE, TLS_KEY_FILE, TLS_GATEWAY_CA_FILE } = settings;
  const problems: string[] = [];
  const hasTls = TLS_CERT_FILE !== undefined && TLS_KEY_FILE !== undefined;
  if (!hasTls && (TLS_CERT_FILE !== undefined || TLS_KEY_FILE !== undefined))
    problems.push('TLS_CERT_FILE and TLS_KEY_FILE must both be set, or neither');
  if (!hasTls && TLS_GATEWAY_CA_FILE !== undefined)
    problems.push('TLS_GATEWAY_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE: without TLS nobody shows a certificate');
  if (!hasTls && !isLoopback(HOST) && PLAIN_HTTP === 'loopback-only')
    problems.push(
      `HOST ${HOST} is not loopback and there is no TLS: set TLS_CERT_FILE and TLS_KEY_FILE, or say PLAIN_HTTP=${inSoManyWords}`,
    );
  if (problems.length > 0) throw new SettingsInvalid(problems);
}

export const inSoManyWords = 'anyone-on-the-network-may-listen-in';

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const address = host.replace(/^\[|\]$/g, '');
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}
