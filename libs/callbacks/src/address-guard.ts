import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';

import { DomainError } from '#kernel';

/** As `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

export type CallbackProtocol = 'http:' | 'https:';
type AddressRange = ReturnType<typeof ipaddr.parseCIDR>;

/** The address that a callback leads to is one that callbacks may not reach. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor(host: string) {
    super(`Callbacks may not reach ${host}.`);
    this.name = 'AddressRefused';
  }
}

/**
 * Keeps callbacks away from the platform's own network: only public unicast addresses, and those that are explicitly
 * allowed. Plain HTTP goes to allowed addresses only.
 */
export class AddressGuard {
  private readonly allowed: readonly AddressRange[];

  /**
   * @param allowed addresses or ranges in CIDR notation (`CALLBACKS_ALLOW`), such as `127.0.0.0/8`
   * @throws {TypeError} one of them is neither
   */
  constructor(
    allowed: readonly string[],
    private readonly resolve: Resolve = lookup,
  ) {
    this.allowed = allowed.map(rangeOf);
  }

  mayReach(address: string, protocol: CallbackProtocol): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    const isAllowed = this.allowed.some((range) => parsed.kind() === range[0].kind() && parsed.match(range));
    return isAllowed || (protocol === 'https:' && isPublic(parsed));
  }

  /**
   * The literal check, before anything is sent: a lookup is never asked about a URL that names an address itself.
   * @throws {AddressRefused} the URL names an address that may not be reached
   */
  assertLiteral({ hostname, protocol }: URL): void {
    const host = withoutBrackets(hostname);
    if (ipaddr.isValid(host) && !this.mayReach(host, protocolOf(protocol))) throw new AddressRefused(host);
  }

  /** The connect-time check: resolves a name to the addresses that may be reached, and to nothing else. */
  lookup(protocol: CallbackProtocol): LookupFunction {
    return (hostname, options, callback) => {
      this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '');
        const reachable = addresses.filter(({ address }) => this.mayReach(address, protocol));
        const [first] = reachable;
        if (!first) return callback(new AddressRefused(hostname), '');
        if (options.all) callback(null, reachable);
        else callback(null, first.address, first.family);
      });
    };
  }

  /**
   * Checks the URL of a new callback.
   * @throws {DomainError} `url_invalid` or `url_refused`, with the pointer `/url`
   */
  async assertUsable(text: string): Promise<void> {
    const url = usableUrl(text);
    try {
      this.assertLiteral(url);
    } catch {
      throw refused(`The address ${url.hostname} cannot be used.`);
    }
    if (url.protocol === 'https:' || ipaddr.isValid(withoutBrackets(url.hostname))) return;
    const addresses = await this.addressesOf(url.hostname);
    if (addresses.length === 0 || addresses.some(({ address }) => !this.mayReach(address, 'http:')))
      throw refused('The URL must begin with https://.');
  }

  private addressesOf(hostname: string): Promise<LookupAddress[]> {
    return new Promise((done) =>
      this.resolve(hostname, { all: true }, (error, addresses) => done(error ? [] : addresses)),
    );
  }
}

/** All of the public IPv6 network (RFC 4291). What lies outside, such as IPv4 addresses in `::/96`, is nobody's to reach. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

const isPublic = (address: ReturnType<typeof ipaddr.process>): boolean =>
  address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(globalUnicast));

function usableUrl(text: string): URL {
  if (!URL.canParse(text)) throw invalid('This is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('The URL must begin with https://.');
  if (url.username !== '' || url.password !== '') throw invalid('The URL may not carry a user name or password.');
  if (url.hash !== '') throw invalid('The URL may not carry a fragment.');
  return url;
}

const protocolOf = (protocol: string): CallbackProtocol => (protocol === 'https:' ? 'https:' : 'http:');

const withoutBrackets = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

function rangeOf(text: string): AddressRange {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) throw new TypeError(`'${text}' is neither an address nor a range such as 10.0.0.0/8`);
  const address = ipaddr.process(text);
  return ipaddr.parseCIDR(`${address.toString()}/${address.kind() === 'ipv4' ? 32 : 128}`);
}

const invalid = (message: string): DomainError => new DomainError('url_invalid', message, { pointer: '/url' });
const refused = (message: string): DomainError => new DomainError('url_refused', message, { pointer: '/url' });
