import ipaddr from 'ipaddr.js';

/** Most proxies that one request may have come through. */
const maximumHops = 10;
/** Longest header that is read for it, in characters. */
const longestHeader = 1_000;

/** Whether an address is one of the proxies whose word is taken. */
export type IsTrusted = (address: string) => boolean;

/**
 * The address that a request came from. Only what trusted proxies wrote into `X-Forwarded-For` counts: it is read from the
 * right, one trusted hop at a time, and the first address that is no trusted proxy is the source. What stands further left
 * was sent by the source itself and says nothing.
 * @param remote the other end of the connection
 * @returns an IPv4 or IPv6 address in its usual writing; IPv4 mapped into IPv6 is IPv4
 */
export function sourceAddress(
  remote: string | undefined,
  forwardedFor: string | string[] | undefined,
  isTrusted: IsTrusted,
): string {
  let source = plainAddress(remote ?? '') ?? unknownSource;
  if (forwardedFor === undefined || !isTrusted(source)) return source;
  const header = typeof forwardedFor === 'string' ? forwardedFor : forwardedFor.join(',');
  if (header.length > longestHeader) return source;
  for (const hop of header.split(',').slice(-maximumHops).reverse()) {
    const address = plainAddress(hop.trim());
    if (address === undefined) return source;
    source = address;
    if (!isTrusted(source)) return source;
  }
  return source;
}

/** Where the connection is gone already; in no network. */
const unknownSource = 'unknown';

const usualIpv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/** An address without its disguises; undefined for what is none. */
export function plainAddress(text: string): string | undefined {
  if (usualIpv4.test(text)) return text;
  if (!text.includes(':') || !ipaddr.isValid(text)) return undefined;
  return ipaddr.process(text).toString();
}
