/** The routing table (NuttX: nsh_routecmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { parseIpv4 } from '../../../../kernel/net/address';
import { put16 } from '../../../../kernel/net/bytes';
import { controlNetwork, Interface, setInterfaceAddress } from '../../net/interface';
import { endpointBytes, SOCKADDR_SIZE } from '../../net/socket';
import { OK, type Shell } from '../shell';
import { argumentInvalid, argumentMissing, networkCommand, PROC_NET, tooManyArguments } from './command';
import { failure, showFile } from './copying';

const TABLE = `${PROC_NET}/route/ipv4`;

const SIOCADDRT = 0x721;
const SIOCDELRT = 0x722;
/** struct rtentry: where to, by whom, mask, flags, interface. */
const RTENTRY_SIZE = 56;
const Entry = { target: 0, router: SOCKADDR_SIZE, netmask: 2 * SOCKADDR_SIZE, flags: 3 * SOCKADDR_SIZE } as const;
const RTF_UP = 1;
const RTF_GATEWAY = 2;

interface Route {
  target: number;
  netmask: number;
  router: number;
}

function entryBytes({ target, netmask, router }: Route): Uint8Array {
  const bytes = new Uint8Array(RTENTRY_SIZE);
  bytes.set(endpointBytes({ address: target, port: 0 }), Entry.target);
  bytes.set(endpointBytes({ address: router, port: 0 }), Entry.router);
  bytes.set(endpointBytes({ address: netmask, port: 0 }), Entry.netmask);
  put16(bytes, Entry.flags, 0);
  bytes[Entry.flags] = RTF_UP | (router === 0 ? 0 : RTF_GATEWAY);
  return bytes;
}

/** `10.1.0.0/16`, or the address and the mask as two words; takes them from the front. */
function takeNetwork(name: string, args: string[]): { target: number; netmask: number } {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,2}))?$/.exec(args.shift() ?? '') ?? [];
  const target = parseIpv4(address);
  if (target === null) throw argumentInvalid(name);
  if (bits !== undefined) {
    if (Number(bits) > 32) throw argumentInvalid(name);
    return { target, netmask: (0xffff_ffff * 2 ** (32 - Number(bits))) % 2 ** 32 };
  }
  const mask = args.shift();
  if (mask === undefined) throw argumentMissing(name);
  const netmask = parseIpv4(mask);
  if (netmask === null) throw argumentInvalid(name);
  return { target, netmask };
}

function* change(shell: Shell, name: string, request: number, route: Route): Program {
  if (!(yield* controlNetwork(shell.sys, request, entryBytes(route)))) throw yield* failure(shell, name, 'ioctl');
  return OK;
}

function* addroute(shell: Shell, [name = '', ...args]: string[]): Program {
  if (args[0] === 'default') return yield* addDefault(shell, name, args);
  const network = takeNetwork(name, args);
  const text = args.shift();
  if (text === undefined) throw argumentMissing(name);
  if (args.length > 0) throw tooManyArguments(name);
  const router = parseIpv4(text);
  if (router === null) throw argumentInvalid(name);
  return yield* change(shell, name, SIOCADDRT, { ...network, router });
}

/** An interface's router. */
function* addDefault(shell: Shell, name: string, [, text, device]: string[]): Program {
  if (text === undefined || device === undefined) throw argumentMissing(name);
  const router = parseIpv4(text);
  if (router === null) throw argumentInvalid(name);
  if (yield* setInterfaceAddress(shell.sys, device, Interface.SetRouter, router)) return OK;
  throw yield* failure(shell, name, 'ioctl');
}

function* delroute(shell: Shell, [name = '', ...args]: string[]): Program {
  const network = takeNetwork(name, args);
  if (args.length > 0) throw tooManyArguments(name);
  return yield* change(shell, name, SIOCDELRT, { ...network, router: 0 });
}

function* route(shell: Shell, [name = '', family = 'ipv4']: string[]): Program {
  if (family !== 'ipv4') throw argumentInvalid(name);
  yield* showFile(shell, name, TABLE);
  return OK;
}

export const routeCommands = [
  networkCommand('addroute', addroute, 3, 4, '<target> [<netmask>] <router>'),
  networkCommand('delroute', delroute, 2, 3, '<target> [<netmask>]'),
  networkCommand('route', route, 1, 2, '[ipv4]'),
];
