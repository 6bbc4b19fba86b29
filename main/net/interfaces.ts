/** The network interfaces of this computer. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { HostInterface } from '../contract/network';

const SYSTEM = '/sys/class/net';
const NO_MAC = '00:00:00:00:00:00';
const FLAG_UP = 1;
/** ARPHRD_ of if_arp.h. */
const Type = { Ethernet: 1, Loopback: 772 } as const;

/** Those with an address, which every system tells, and on Linux those without. */
export async function listInterfaces(): Promise<HostInterface[]> {
  const known = networkInterfaces();
  const others = await readdir(SYSTEM).catch(() => []);
  const names = new Set([...Object.keys(known), ...others]);
  return Promise.all([...names].map((name) => describe(name, known[name] ?? [])));
}

async function describe(
  name: string,
  addresses: NonNullable<ReturnType<typeof networkInterfaces>[string]>,
): Promise<HostInterface> {
  const read = (file: string) => readFile(join(SYSTEM, name, file), 'utf8').catch(() => '');
  const [mac, flags, type] = await Promise.all([read('address'), read('flags'), read('type')]);
  return {
    name,
    mac: addresses[0]?.mac ?? (mac.trim() || NO_MAC),
    addresses: addresses.flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [cidr] : [])),
    up: flags === '' ? addresses.length > 0 : (Number(flags) & FLAG_UP) !== 0,
    kind: kindOf(
      name,
      Number(type),
      addresses.some(({ internal }) => internal),
    ),
  };
}

function kindOf(name: string, type: number, internal: boolean): HostInterface['kind'] {
  if (internal || type === Type.Loopback) return 'loopback';
  if (existsSync(join(SYSTEM, name, 'tun_flags'))) return 'tap';
  if (existsSync(join(SYSTEM, name, 'wireless'))) return 'wireless';
  return type === Type.Ethernet ? 'ethernet' : 'other';
}

/** IPv4 address of an interface. @throws Error naming those that there are */
export function addressOf(name: string): string {
  const all = networkInterfaces();
  const found = all[name]?.find(({ family }) => family === 'IPv4');
  if (found) return found.address;
  const there = Object.keys(all).join(', ');
  throw new Error(`There is no interface "${name}" with an IPv4 address. There are: ${there || 'none'}.`);
}
