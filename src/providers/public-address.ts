// Which addresses a stranger may make this program talk to: only those of the public internet.
import { BlockList, isIP } from 'node:net';

/** Why a host named by a stranger is not asked, as a clause; undefined for one that may be looked up. */
export function whyNotPublic(hostname: string): string | undefined {
  const bare = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(bare) !== 0) return isPublicAddress(bare) ? undefined : 'it lies in a private network';
  const isLocal = !bare.includes('.') || /\.(?:localhost|local|internal|lan|home\.arpa)$/i.test(bare);
  return isLocal ? 'it lies in a private network' : undefined;
}

/** Whether an IP address is public (IANA special-purpose registries; for IPv6 what is global unicast today). */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return family === 6 && globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

const special = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Azure's own service for virtual machines.
  ['168.63.129.16', 32],
] as const) {
  special.addSubnet(net, prefix, 'ipv4');
}
// Teredo and 6to4 carry IPv4 addresses within; documentation.
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(net, prefix, 'ipv6');
}
