import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** Most networks that one caller may come from. */
const maximumNetworks = 100;
const longestNetwork = 50;

const isNetwork = (text: string): boolean => ipaddr.isValidCIDR(text) && isWhole(text);

/** From where a caller may come: networks such as `192.0.2.0/24` or `2001:db8::/48`; null is from anywhere. */
export const networksSchema = z
  .array(z.string().max(longestNetwork).refine(isNetwork, 'must be a network such as 192.0.2.0/24 or 2001:db8::/48'))
  .min(1)
  .max(maximumNetworks)
  .readonly()
  .nullable();
export type Networks = z.output<typeof networksSchema>;

type Address = ReturnType<typeof ipaddr.process>;
type Network = readonly [Address, number];

/** Networks ready to be asked. An IPv4 address that came mapped into IPv6 is the IPv4 address. */
export class NetworkList {
  private readonly networks: readonly Network[];

  /** @throws {Error} one of them is not in CIDR notation */
  constructor(networks: readonly string[]) {
    this.networks = networks.map((text) => unmapped(ipaddr.parseCIDR(text)));
  }

  /** Whether an address is in one of them; what is no address is in none. */
  includes(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  }
}

const mappedBits = 96;

/** `::ffff:192.0.2.0/120` is `192.0.2.0/24`; anything wider than the mapped range stays IPv6. */
function unmapped([address, bits]: [Address, number]): Network {
  if (!(address instanceof ipaddr.IPv6) || !address.isIPv4MappedAddress() || bits < mappedBits) return [address, bits];
  return [address.toIPv4Address(), bits - mappedBits];
}

/** `010.0.0.1/8` and `1/8` are read differently by different programs, so only the usual writing is taken. */
function isWhole(text: string): boolean {
  const [address = ''] = text.split('/');
  return address.includes(':') || /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}$/.test(address);
}
