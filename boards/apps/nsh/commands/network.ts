/** Interfaces, names and neighbors (NuttX: nsh_netcmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { Errno } from '../../../../kernel/errno';
import { ipv4Text, macText, parseIpv4, parseMac } from '../../../../kernel/net/address';
import { get48 } from '../../../../kernel/net/bytes';
import { Failure } from '../../errors';
import { latin1 } from '../../io';
import {
  controlInterface,
  controlNetwork,
  hardwareBytes,
  IFNAMSIZ,
  Interface,
  interfaceFlags,
  setInterfaceAddress,
  setUp,
} from '../../net/interface';
import { obtainAddress } from '../../net/dhcpclient';
import { lookUp, setNameServer } from '../../net/resolve';
import { endpointBytes, SOCKADDR_SIZE } from '../../net/socket';
import { listDirectory } from '../paths';
import { FAILED, OK, type Shell } from '../shell';
import { argumentInvalid, argumentMissing, networkCommand, PROC_NET, takeOptions } from './command';
import { failure, readText, showFile } from './copying';

const DEFAULT_NETMASK = 0xffff_ff00;
/** What every interface has to be able to carry (RFC 8200). */
const LEAST_MTU = 1280;

/** The interfaces that /proc/net has a file of. */
function* interfaces(shell: Shell, name: string): Program<string[]> {
  const entries = yield* listDirectory(shell, PROC_NET);
  if (!entries) throw new Failure(`${name}: Could not open ${PROC_NET} (is procfs mounted?)`);
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory && (yield* interfaceFlags(shell.sys, entry.name)) !== null) found.push(entry.name);
  }
  return found;
}

function* showAll(shell: Shell, name: string): Program {
  for (const each of yield* interfaces(shell, name)) yield* showFile(shell, name, `${PROC_NET}/${each}`);
  return OK;
}

interface Settings {
  address: number | 'dhcp' | null;
  router: number | null;
  netmask: number | null;
  dns: number | null;
  hardware: number | null;
  mtu: number | null;
}

function ipv4(name: string, text: string): number {
  const address = parseIpv4(text);
  if (address === null) throw argumentInvalid(name);
  return address;
}

/** Words that are followed by a value, and what they set. */
const keywords: Readonly<Record<string, (settings: Settings, name: string, value: string) => void>> = {
  dr: (settings, name, value) => (settings.router = ipv4(name, value)),
  gw: (settings, name, value) => (settings.router = ipv4(name, value)),
  gateway: (settings, name, value) => (settings.router = ipv4(name, value)),
  netmask: (settings, name, value) => (settings.netmask = ipv4(name, value)),
  dns: (settings, name, value) => (settings.dns = ipv4(name, value)),
  hw: (settings, name, value) => {
    settings.hardware = parseMac(value);
    if (settings.hardware === null) throw argumentInvalid(name);
  },
  mtu: (settings, name, value) => {
    if (!/^\d+$/.test(value)) throw argumentInvalid(name);
    settings.mtu = Math.max(Number(value), LEAST_MTU);
  },
};

function parseSettings(name: string, args: readonly string[]): Settings {
  const settings: Settings = { address: null, router: null, netmask: null, dns: null, hardware: null, mtu: null };
  const rest = [...args];
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (Object.hasOwn(keywords, word)) {
      const value = rest.shift();
      if (value === undefined) throw argumentInvalid(name);
      keywords[word]!(settings, name, value);
    } else if (word !== 'inet') {
      if (settings.address !== null) throw argumentInvalid(name);
      settings.address = word === 'dhcp' ? 'dhcp' : ipv4(name, word);
    }
  }
  return settings;
}

/**
 * Shows interfaces, or sets one's: where an address is given, netmask and router that are not are those of NuttX, /24 and
 * the first of the network.
 */
function* ifconfig(shell: Shell, [name = '', device, ...rest]: string[]): Program {
  const { sys } = shell;
  if (device === undefined) {
    yield* showAll(shell, name);
    const hasStatistics = (yield* listDirectory(shell, PROC_NET))?.some((entry) => entry.name === 'stat');
    if (hasStatistics) yield* showFile(shell, name, `${PROC_NET}/stat`);
    return OK;
  }
  if (rest.length === 0) {
    yield* showFile(shell, name, `${PROC_NET}/${device}`);
    return OK;
  }
  const { address, router, netmask, dns, hardware, mtu } = parseSettings(name, rest);
  if (hardware !== null) {
    const done = yield* controlInterface(sys, device, Interface.SetHardware, hardwareBytes(hardware));
    if (!done) throw yield* failure(shell, name, 'ioctl');
  }
  if (mtu !== null) {
    const bytes = new Uint8Array(SOCKADDR_SIZE);
    new DataView(bytes.buffer).setInt32(0, mtu, true);
    if (!(yield* controlInterface(sys, device, Interface.SetMtu, bytes))) throw yield* failure(shell, name, 'ioctl');
  }
  if (address === 'dhcp') {
    yield* shell.flush();
    return (yield* obtainAddress(sys, device)) ? OK : yield* shell.complain(`${name}: dhcp failed: no answer`);
  }
  const mask = netmask ?? (address === null ? null : DEFAULT_NETMASK);
  const first = address === null || mask === null ? null : ((address & mask) | 1) >>> 0;
  const steps = [
    [Interface.SetAddress, address],
    [Interface.SetNetmask, mask],
    [Interface.SetRouter, router ?? first],
  ] as const;
  for (const [request, value] of steps) {
    if (value === null || (yield* setInterfaceAddress(sys, device, request, value))) continue;
    throw yield* failure(shell, name, 'ioctl');
  }
  if (dns !== null && !(yield* setNameServer(sys, dns))) throw yield* failure(shell, name, 'dns_add_nameserver');
  return OK;
}

const ifupdown = (up: boolean) =>
  function* (shell: Shell, [name = '', device]: string[]): Program {
    if (device === undefined) {
      yield* shell.print('Please select ifname:\n');
      return yield* showAll(shell, name);
    }
    const done = yield* setUp(shell.sys, device, up);
    yield* shell.print(`${name} ${device}...${done ? 'OK' : 'Failed'}\n`);
    return done ? OK : FAILED;
  };

function* nslookup(shell: Shell, [name = '', host = '']: string[]): Program {
  yield* shell.flush();
  const found = yield* lookUp(shell.sys, host);
  if (!found) return yield* shell.complain(`${name}: getaddrinfo failed: host not found`);
  for (const address of found.addresses) yield* shell.print(`Host: ${found.name} Addr: ${ipv4Text(address)}\n`);
  return OK;
}

const Arp = { set: 0x801, delete: 0x802, get: 0x803 } as const;

/** struct arpreq: addresses of IP and of Ethernet, netmask, flags, interface. */
const ARPREQ_SIZE = 3 * SOCKADDR_SIZE + 20;
const DEVICE = 3 * SOCKADDR_SIZE + 1;

function arpRequest(address: number, mac: number, device: string): Uint8Array {
  const bytes = new Uint8Array(ARPREQ_SIZE);
  bytes.set(endpointBytes({ address, port: 0 }));
  bytes.set(hardwareBytes(mac), SOCKADDR_SIZE);
  bytes.set(latin1(device.slice(0, IFNAMSIZ)), DEVICE);
  return bytes;
}

/** Without an address lists the table. */
function* arp(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'tadsi:');
  const which = ['a', 'd', 's'].find((letter) => options.has(letter));
  const device = options.get('i') ?? '';
  if (which === undefined) {
    const [header = '', ...lines] = (yield* readText(shell, name, `${PROC_NET}/arp`)).trimEnd().split('\n');
    const wanted = lines.filter((line) => device === '' || line.endsWith(` ${device}`));
    yield* shell.print([header, ...wanted].map((line) => `${line}\n`).join(''));
    return OK;
  }
  const [host, hardware] = rest;
  if (host === undefined || (which === 's' && hardware === undefined)) throw argumentMissing(name);
  const address = ipv4(name, host);
  const mac = which === 's' ? parseMac(hardware!) : 0;
  if (mac === null) throw argumentInvalid(name);
  const request = { a: Arp.get, d: Arp.delete, s: Arp.set }[which as 'a' | 'd' | 's'];
  const answer = yield* controlNetwork(shell.sys, request, arpRequest(address, mac, device));
  if (!answer) {
    if ((yield* shell.sys.errno()) === Errno.ENOENT) throw new Failure(`${name}: no such ARP entry: ${host}`);
    throw yield* failure(shell, name, 'ioctl');
  }
  if (which === 'a') yield* shell.print(`HWaddr: ${macText(get48(answer, SOCKADDR_SIZE + 2))}\n`);
  return OK;
}

export const networkCommands = [
  networkCommand('arp', arp, 1, 6, '[-i <ifname>] [-t|-a <ipaddr>|-d <ipaddr>|-s <ipaddr> <hwaddr>]'),
  networkCommand(
    'ifconfig',
    ifconfig,
    1,
    14,
    '[interface [mtu <len>]|[<ip-address>|dhcp]] [dr|gw|gateway <dr-address>] [netmask <net-mask>] [dns <dns-address>] [hw <hw-mac>]',
  ),
  networkCommand('ifdown', ifupdown(false), 1, 2, '<interface>'),
  networkCommand('ifup', ifupdown(true), 1, 2, '<interface>'),
  networkCommand('nslookup', nslookup, 2, 2, '<host-name>'),
];
