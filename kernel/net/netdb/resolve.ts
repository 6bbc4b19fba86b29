/**
 * Finds hosts (NuttX: libs/libc/netdb): an address stands for itself, a name is looked for in the hosts file, and then
 * servers are asked. It goes on where it was when what it waits for has come, so that a call of the firmware and one of a
 * native program are the same. How far it has come is kept by a number, which the task has in Tcb.progress.
 */
import { cancelTimeout } from '../../clock/timeout';
import { Errno } from '../../errno';
import { BLOCKED, running, type Kernel } from '../../kernel';
import { arc4random } from '../../random';
import type { Tcb } from '../../state';
import { INADDR_LOOPBACK, parseIpv4 } from '../address';
import { Domain, Type } from '../protocols';
import { createSocket, operationsOf, removeSocket, type InMessage, type Socket } from '../socket';
import { DNS_MESSAGE, DNS_PORT, dnsAnswer, dnsQuery } from './dns';
import { findHost, literalHost, nameServersIn, type Host } from './hosts';
import { beginReading, endReading, readOn, type Reading } from './textfile';

/** h_errno, of netdb.h. */
export const HostError = { NotFound: 1, NoData: 2, NoRecovery: 3, TryAgain: 4 } as const;

/** What was found, or h_errno; BLOCKED: not yet. */
export type Resolved = Host | { error: number } | typeof BLOCKED;

/** How far a task has come that looks for a host. */
export interface Resolution {
  wanted: string | number;
  stage: 'hosts' | 'servers' | 'asking';
  reading: Reading | null;
  /** Those that can still be asked, one after the other, and how often each still. */
  servers: number[];
  tries: number;
  /** The socket that asks; 0 for none yet. */
  socket: number;
  query: Uint8Array;
}

export interface NetDbState {
  resolutions: Map<number, Resolution>;
  nextResolution: number;
  /** Added by dns_add_nameserver. */
  servers: number[];
  /** Address of what gethostbyname and its kin give, in the heap; 0: nobody has called them yet. */
  shared: number;
}

export const createNetDb = (): NetDbState => ({ resolutions: new Map(), nextResolution: 1, servers: [], shared: 0 });

const failed = (error: number): Resolved => ({ error });

/** Finds a host by its name, or by its address. */
export function resolve(k: Kernel, wanted: string | number): Resolved {
  const literal = typeof wanted === 'string' ? parseIpv4(wanted) : null;
  if (literal !== null) return literalHost(literal);
  if (typeof wanted === 'string' && wanted.toLowerCase() === 'localhost') {
    return { name: 'localhost', aliases: [], addresses: [INADDR_LOOPBACK] };
  }
  const { netdb } = k.state.net;
  const id = netdb.nextResolution++;
  netdb.resolutions.set(id, {
    ...{ wanted, stage: 'hosts', reading: null, servers: [], tries: 0, socket: 0 },
    query: new Uint8Array(0),
  });
  Object.assign(running(k), { progress: id, result: 0 });
  return goOn(k);
}

/** The same when the wait is over. */
export function goOn(k: Kernel): Resolved {
  const tcb = running(k);
  const { resolutions } = k.state.net.netdb;
  const id = tcb.progress;
  const resolution = resolutions.get(id)!;
  // A signal, of which the call's answer is not to tell more than that it may be tried again.
  const isOver = tcb.result < 0 && tcb.result !== -Errno.ETIMEDOUT;
  const found = isOver ? failed(HostError.TryAgain) : look(k, resolution);
  if (found === BLOCKED) {
    tcb.progress = id;
    return BLOCKED;
  }
  cancelTimeout(k, tcb);
  letGo(k, resolution);
  resolutions.delete(id);
  return found;
}

/** The task has come to its end in the middle of it. */
export function abandonResolution(k: Kernel, { progress }: Pick<Tcb, 'progress'>): void {
  const { resolutions } = k.state.net.netdb;
  const resolution = resolutions.get(progress);
  if (resolution) letGo(k, resolution);
  resolutions.delete(progress);
}

function letGo(k: Kernel, { reading, socket }: Resolution): void {
  if (reading) endReading(k, reading);
  if (socket !== 0) removeSocket(k, k.state.net.sockets.get(socket)!);
}

function look(k: Kernel, resolution: Resolution): Resolved {
  const { config } = k.state.settings;
  const { wanted } = resolution;
  if (resolution.stage === 'hosts') {
    const text = config.CONFIG_NETDB_HOSTCONF === true ? read(k, resolution, 'CONFIG_NETDB_HOSTCONF_PATH') : '';
    if (text === BLOCKED) return BLOCKED;
    const host = findHost(text, wanted);
    if (host) return host;
    resolution.stage = 'servers';
  }
  // Nobody is asked for the names of addresses.
  if (typeof wanted === 'number' || config.CONFIG_NETDB_DNSCLIENT !== true) return failed(HostError.NotFound);
  if (resolution.stage === 'servers') {
    const text = config.CONFIG_NETDB_RESOLVCONF === true ? read(k, resolution, 'CONFIG_NETDB_RESOLVCONF_PATH') : '';
    if (text === BLOCKED) return BLOCKED;
    const query = dnsQuery(arc4random(k) & 0xffff, wanted);
    const servers = [...k.state.net.netdb.servers, ...nameServersIn(text)];
    if (!query || servers.length === 0) return failed(HostError.NotFound);
    Object.assign(resolution, { stage: 'asking', query, servers, tries: 0 });
    return ask(k, resolution);
  }
  const tcb = running(k);
  const isLate = tcb.result === -Errno.ETIMEDOUT;
  tcb.result = 0;
  return isLate ? ask(k, resolution) : listen(k, resolution);
}

/** What is in a file; nothing when it is not there. */
function read(k: Kernel, resolution: Resolution, option: string): string | typeof BLOCKED {
  if (!resolution.reading) {
    const reading = beginReading(k, String(k.state.settings.config[option]));
    if (typeof reading === 'number') return '';
    resolution.reading = reading;
  }
  if (readOn(k, resolution.reading) === BLOCKED) return BLOCKED;
  const { text } = resolution.reading;
  resolution.reading = null;
  return text;
}

/** The next server, or the same one again. */
function ask(k: Kernel, resolution: Resolution): Resolved {
  const { config, tickNs } = k.state.settings;
  for (; resolution.servers.length > 0; nextServer(resolution)) {
    if (resolution.tries++ === Number(config.CONFIG_NETDB_DNSCLIENT_RETRIES)) continue;
    if (resolution.socket === 0) {
      const made = createSocket(k, 'udp', Domain.Inet, Type.Datagram, 0);
      if (typeof made === 'number') return failed(HostError.NoRecovery);
      resolution.socket = made.id;
      const limitNs = Number(config.CONFIG_NETDB_DNSCLIENT_RECV_TIMEOUT) * 1e9;
      made.options.receiveTimeout = Math.ceil(limitNs / tickNs);
    }
    const { query } = resolution;
    const socket = socketOf(k, resolution);
    const to = { family: 'inet', address: resolution.servers[0]!, port: DNS_PORT } as const;
    const message = { length: query.length, gather: (from: number, end: number) => query.slice(from, end) };
    const sent = operationsOf(socket).send!(k, socket, { ...message, to, flags: 0, control: [] }, true);
    if (sent >= 0) return listen(k, resolution);
  }
  return failed(HostError.TryAgain);
}

function nextServer(resolution: Resolution): void {
  resolution.servers.shift();
  resolution.tries = 0;
}

const socketOf = ({ state }: Kernel, { socket }: Resolution): Socket => state.net.sockets.get(socket)!;

/** Waits for an answer of the server; what else comes is passed over. */
function listen(k: Kernel, resolution: Resolution): Resolved {
  const socket = socketOf(k, resolution);
  for (;;) {
    const bytes = new Uint8Array(DNS_MESSAGE);
    const message: InMessage = {
      room: DNS_MESSAGE,
      scatter: (at, part) => bytes.set(part, at),
      ...{ flags: 0, from: null, outFlags: 0, control: [] },
    };
    const count = operationsOf(socket).receive!(k, socket, message, false);
    if (count === BLOCKED) return BLOCKED;
    if (count < 0) {
      // Too late, or there is no server.
      cancelTimeout(k, running(k));
      return ask(k, resolution);
    }
    const { from } = message;
    const isFrom = from?.family === 'inet' && from.address === resolution.servers[0] && from.port === DNS_PORT;
    const answer = isFrom ? dnsAnswer(bytes.subarray(0, count), resolution.query) : null;
    if (answer === null) continue;
    if (typeof answer !== 'string') return answer;
    if (answer !== 'failed') return failed(answer === 'no data' ? HostError.NoData : HostError.NotFound);
    nextServer(resolution);
    return resolution.servers.length > 0 ? ask(k, resolution) : failed(HostError.NoRecovery);
  }
}
