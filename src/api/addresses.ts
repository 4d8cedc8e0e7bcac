import { BlockList, isIP, isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { invalidInput } from '../core/errors.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '::1'];

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Where to listen, and under which names the server may be spoken to. */
export interface ListenAddress {
  readonly address: string;
  readonly isLoopback: boolean;
  readonly names: readonly string[];
}

/** `host` is an address of this machine or `localhost`; names are not looked up. */
export function listenAddress(host: string): ListenAddress {
  const address = host === 'localhost' ? '127.0.0.1' : host.toLowerCase();
  if (isIP(address) === 0)
    throw invalidInput(
      'host',
      `Not an address: ${JSON.stringify(host)}. Give an IP address of this machine, or localhost.`,
    );
  const isLoopback = loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  const isEvery = address === '0.0.0.0' || address === '::';
  const own = isEvery ? ownAddresses() : [address];
  return {
    address,
    isLoopback,
    names: [...new Set([...own, ...(isLoopback || isEvery ? LOOPBACK_NAMES : [])])],
  };
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(entries => (entries ?? []).map(entry => entry.address));
}
