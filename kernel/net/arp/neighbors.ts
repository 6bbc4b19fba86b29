/**
 * ARP (RFC 826; NuttX: net/arp): which Ethernet address a neighbor has. Frames for one that is not known yet wait while it
 * is asked for, a few each for a few neighbors.
 */
import { Errno } from '../../errno';
import { note, Note, running, type Kernel } from '../../kernel';
import { INADDR_BROADCAST, groupMac, isGroupMac, isMulticast, MAC_BROADCAST } from '../address';
import { ETHER_HEADER, setDestination } from '../ethernet';
import { reportError } from '../icmp/input';
import { giveIobs, takeIobs } from '../iob';
import { send, type OutFrame } from '../netdev';
import { InterfaceFlag, type Interface } from '../state';
import { cancelNetTimer, startNetTimer, ticksIn } from '../timer';
import { arpFrame, ArpOperation, readArp } from './message';

/** What is known of a neighbor (NuttX: struct arp_entry_s). */
export interface ArpEntry {
  /** Index of the interface behind which it is. */
  interface: number;
  address: number;
  mac: number;
  /** When that was heard last. */
  tick: number;
  /** Set by SIOCSARP with ATF_PERM: it does not age. */
  permanent: boolean;
}

/** A neighbor that is asked for, and what waits for the answer. */
export interface Resolution {
  id: number;
  interface: number;
  address: number;
  /** Requests that were sent. */
  tries: number;
  frames: OutFrame[];
}

export interface ArpState {
  entries: ArpEntry[];
  resolutions: Resolution[];
  nextResolution: number;
}

export const createArp = (): ArpState => ({ entries: [], resolutions: [], nextResolution: 1 });

/** CONFIG_NET_ARP_MAXAGE counts in ten seconds. */
const AGE_UNIT_MS = 10_000;
/** Neighbors that are asked for at a time, and frames that wait for one. */
const MAX_RESOLUTIONS = 16;
const MAX_WAITING = 8;

const config = ({ state }: Kernel, name: string): number => Number(state.settings.config[`CONFIG_${name}`]);

/** The address that all hosts of the interface's network hear. */
export const broadcastOf = ({ address, netmask }: Interface): number => (address | ~netmask) >>> 0;

export const isBroadcast = (iface: Interface, address: number): boolean =>
  address === INADDR_BROADCAST || (iface.netmask < 0xffff_fffe && address === broadcastOf(iface));

/**
 * Sends a frame whose destination is not set yet to a neighbor.
 *
 * @returns 0, also when it waits for the neighbor's answer, or -ENETDOWN, -ENOBUFS
 */
export function sendToNeighbor(k: Kernel, iface: Interface, neighbor: number, frame: OutFrame): number {
  const mac = macOf(k, iface, neighbor);
  if (mac === null) return resolve(k, iface, neighbor, frame);
  setDestination(frame.bytes, mac);
  return send(k, iface, frame);
}

function macOf(k: Kernel, iface: Interface, neighbor: number): number | null {
  if (isMulticast(neighbor)) return groupMac(neighbor);
  if (isBroadcast(iface, neighbor)) return MAC_BROADCAST;
  return findArp(k, iface, neighbor)?.mac ?? null;
}

/** What is known of a neighbor, if it is not too old. */
export function findArp(k: Kernel, iface: Interface, address: number): ArpEntry | undefined {
  const found = k.state.net.arp.entries.find((each) => each.interface === iface.index && each.address === address);
  return found && !isStale(k, found) ? found : undefined;
}

function isStale(k: Kernel, { tick, permanent }: ArpEntry): boolean {
  return !permanent && k.state.ticks - tick > ticksIn(k, config(k, 'NET_ARP_MAXAGE') * AGE_UNIT_MS);
}

/** Those that are not too old, for whoever lists them. */
export const arpEntries = (k: Kernel): ArpEntry[] => k.state.net.arp.entries.filter((entry) => !isStale(k, entry));

/** A neighbor has this address from now on; what waits for it is sent. */
export function setArp(k: Kernel, iface: Interface, address: number, mac: number, permanent = false): void {
  const { entries } = k.state.net.arp;
  const entry: ArpEntry = { interface: iface.index, address, mac, tick: k.state.ticks, permanent };
  const known = entries.findIndex((each) => each.interface === iface.index && each.address === address);
  if (known >= 0) entries[known] = { ...entry, permanent: permanent || entries[known]!.permanent };
  else if (entries.length < config(k, 'NET_ARPTAB_SIZE')) entries.push(entry);
  else replaceOldest(entries, entry);
  finish(k, iface, address, mac);
}

function replaceOldest(entries: ArpEntry[], entry: ArpEntry): void {
  let oldest = -1;
  entries.forEach(({ tick, permanent }, i) => {
    if (!permanent && (oldest < 0 || tick < entries[oldest]!.tick)) oldest = i;
  });
  if (oldest >= 0) entries[oldest] = entry;
}

/** @returns 0, or -ENOENT */
export function deleteArp(k: Kernel, iface: Interface, address: number): number {
  const { entries } = k.state.net.arp;
  const at = entries.findIndex((each) => each.interface === iface.index && each.address === address);
  if (at < 0) return -Errno.ENOENT;
  entries.splice(at, 1);
  return 0;
}

/** Forgets the neighbors of an interface that goes down, and what waits for them. */
export function forgetNeighbors(k: Kernel, iface: Interface): void {
  const { arp } = k.state.net;
  arp.entries = arp.entries.filter((each) => each.interface !== iface.index);
  for (const each of arp.resolutions.filter((one) => one.interface === iface.index)) drop(k, each);
}

const resolutionOf = (k: Kernel, iface: Interface, address: number) =>
  k.state.net.arp.resolutions.find((each) => each.interface === iface.index && each.address === address);

/** The frame waits; the first that does has the neighbor asked for. */
function resolve(k: Kernel, iface: Interface, address: number, frame: OutFrame): number {
  if (!(iface.flags & InterfaceFlag.Up)) return -Errno.ENETDOWN;
  const { arp } = k.state.net;
  const under = resolutionOf(k, iface, address);
  const isFull = under ? under.frames.length >= MAX_WAITING : arp.resolutions.length >= MAX_RESOLUTIONS;
  if (isFull || !takeIobs(k, frame.bytes.length)) {
    iface.counts.txDropped++;
    return -Errno.ENOBUFS;
  }
  if (under) under.frames.push(frame);
  else {
    const made = { id: arp.nextResolution++, interface: iface.index, address, tries: 0, frames: [frame] };
    arp.resolutions.push(made);
    ask(k, iface, made);
  }
  return 0;
}

function ask(k: Kernel, iface: Interface, resolution: Resolution): void {
  resolution.tries++;
  sendArp(k, iface, ArpOperation.Request, MAC_BROADCAST, 0, resolution.address);
  startNetTimer(k, 'arp', resolution.id, k.state.ticks + ticksIn(k, config(k, 'ARP_SEND_DELAYMSEC')));
}

/** Nobody has answered in time: it is asked again, a few times. */
export function resolutionExpired(k: Kernel, id: number): void {
  const { arp, interfaces } = k.state.net;
  const resolution = arp.resolutions.find((each) => each.id === id)!;
  if (resolution.tries < config(k, 'ARP_SEND_MAXTRIES')) {
    ask(k, interfaces[resolution.interface - 1]!, resolution);
    return;
  }
  const { frames } = resolution;
  drop(k, resolution);
  for (const { bytes } of frames) reportError(k, bytes.subarray(ETHER_HEADER), Errno.EHOSTUNREACH);
}

function drop(k: Kernel, resolution: Resolution): void {
  const { interfaces } = k.state.net;
  interfaces[resolution.interface - 1]!.counts.txDropped += resolution.frames.length;
  end(k, resolution);
}

function end(k: Kernel, resolution: Resolution): void {
  const { arp } = k.state.net;
  cancelNetTimer(k, 'arp', resolution.id);
  arp.resolutions.splice(arp.resolutions.indexOf(resolution), 1);
  for (const { bytes } of resolution.frames) giveIobs(k, bytes.length);
}

function finish(k: Kernel, iface: Interface, address: number, mac: number): void {
  const resolution = resolutionOf(k, iface, address);
  if (!resolution) return;
  end(k, resolution);
  for (const frame of resolution.frames) {
    setDestination(frame.bytes, mac);
    send(k, iface, frame);
  }
}

/** Tells everybody which address the interface has. */
export function announce(k: Kernel, iface: Interface): void {
  sendArp(k, iface, ArpOperation.Request, MAC_BROADCAST, 0, iface.address);
}

function sendArp(k: Kernel, iface: Interface, operation: number, to: number, mac: number, address: number): void {
  const message = { operation, senderMac: iface.mac, sender: iface.address, targetMac: mac, target: address };
  send(k, iface, { bytes: arpFrame(to, message), pid: running(k).pid, socket: 0, key: 0 });
}

/** What an interface has received; false: it is no ARP message that makes sense. */
export function arpInput(k: Kernel, iface: Interface, bytes: Uint8Array): boolean {
  const message = readArp(bytes);
  if (!message || iface.mac === 0) return false;
  const { operation, senderMac: mac, sender: address, target } = message;
  if (isGroupMac(mac) || mac === 0 || isMulticast(address) || isBroadcast(iface, address)) return false;
  const isForUs = iface.address !== 0 && target === iface.address;
  if (address === iface.address && address !== 0) {
    // Another one has our address. It is told, though it may have it for longer.
    if (mac === iface.mac) return true;
    note(k, Note.net_conflict, running(k).pid, iface.index, address | 0);
    if (operation !== ArpOperation.Request || !isForUs) return true;
  } else if (address !== 0 && (isForUs || isKnown(k, iface, address)) && !findArp(k, iface, address)?.permanent) {
    // A probe (RFC 5227) has no address of its own yet. What somebody has set for good stays, whatever others say.
    setArp(k, iface, address, mac);
  }
  if (operation === ArpOperation.Request && isForUs) sendArp(k, iface, ArpOperation.Reply, mac, mac, address);
  return true;
}

function isKnown(k: Kernel, iface: Interface, address: number): boolean {
  return findArp(k, iface, address) !== undefined || resolutionOf(k, iface, address) !== undefined;
}
