import { type LookupAddress, lookup as lookUp } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that do not lead to another party on the Internet (IANA special-purpose address registries). */
const ranges: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 96],
  ['64:ff9b::', 128],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const blocked = new BlockList();
for (const [network, prefix] of ranges) blocked.addSubnet(network, prefix, family(network));

/** Of an address in digits; IPv4 addresses inside of IPv6 ones are seen through. */
export function isPrivateAddress(address: string): boolean {
  const meant = translated(address) ?? address;
  return blocked.check(meant, family(meant));
}

/** What a translator between IPv6 and IPv4 makes of its well-known prefix (RFC 6052); undefined for any other address. */
function translated(address: string): string | undefined {
  const url = `http://[${address}]`;
  const shortest = URL.canParse(url) ? hostOf(new URL(url)) : '';
  const [, high = '0', low] = /^64:ff9b::(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(shortest) ?? [];
  if (low === undefined) return undefined;
  return [high, low].flatMap((digits) => [parseInt(digits, 16) >> 8, parseInt(digits, 16) & 255]).join('.');
}

/** The host of a URL without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** What `publicOnly` fails with. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** Looks a name up as usual, and refuses it when any of its addresses is private. */
export const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) callback(error ?? new Error('No address'), '');
    else if (addresses.some(({ address }) => isPrivateAddress(address))) callback(new PrivateAddressError(), '');
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
