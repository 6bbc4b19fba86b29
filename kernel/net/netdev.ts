/**
 * Network interfaces (NuttX: net/netdev): what is between the protocols and the drivers of Ethernet controllers. A driver
 * takes frames as long as its ring has room; what does not fit waits in the interface's queue.
 */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { isGroupMac } from './address';
import { announce, arpInput, forgetNeighbors } from './arp/neighbors';
import { ETHER_HEADER, etherDestination, etherType, EtherType } from './ethernet';
import { joinGroup, reportGroups } from './igmp/groups';
import { ALL_SYSTEMS } from './igmp/message';
import { giveIobs, takeIobs, takeToSend } from './iob';
import { ipv4Input } from './ipv4/input';
import { loopBack } from './loopback';
import { packetInput } from './packet';
import { InterfaceFlag, StampReceived, StampSent, type Interface, type Stamp } from './state';
import { tcpNetworkDown } from './tcp/input';
import { frameStamped } from './timestamp';

/** What an Ethernet controller can do (NuttX: struct netdev_ops_s). */
export interface NetDriver {
  /** The address that the hardware has. */
  mac: number;
  /** Takes a frame for its ring; false: there is no room. */
  transmit(k: Kernel, frame: OutFrame): boolean;
  /** The interface goes up or down. */
  setUp(k: Kernel, on: boolean): void;
  /** Groups (Ethernet addresses) whose frames are to come in. */
  setFilter(k: Kernel, groups: readonly number[]): void;
}

/** A frame on its way to the wire. */
export interface OutFrame {
  bytes: Uint8Array;
  /** The task that sends it, for the event log. */
  pid: number;
  /** The socket that is to be told when it passed the port ({@link frameSent}), and what it knows it by; 0 for none. */
  socket: number;
  key: number;
}

const noCounts = {
  ...{ rxPackets: 0, rxBytes: 0, rxErrors: 0, rxDropped: 0, rxIpv4: 0, rxArp: 0, rxFragments: 0 },
  ...{ txPackets: 0, txBytes: 0, txErrors: 0, txDropped: 0 },
};

/**
 * The board has this interface from now on; it is down. After a reset it is there already, as it was brought up at boot.
 *
 * @param device null for the loopback
 */
export function netdev_register(k: Kernel, name: string, device: string | null, mac: number): Interface {
  const { net } = k.state;
  const known = net.interfaces.find((each) => each.name === name);
  if (known) {
    if (isUp(known)) driverOf(k, known)?.setUp(k, true);
    setFilter(k, known);
    return known;
  }
  const isLoopback = device === null;
  const made: Interface = {
    ...{ name, index: net.interfaces.length + 1, device, mac },
    mtu: isLoopback ? LOOPBACK_MTU : mostMtu(k),
    flags: isLoopback
      ? InterfaceFlag.Loopback | InterfaceFlag.Running
      : InterfaceFlag.Broadcast | InterfaceFlag.Multicast,
    ...{ address: 0, netmask: 0, router: 0, groups: new Map(), macs: new Map() },
    ...{ queue: [], igmpV1Until: 0, counts: { ...noCounts } },
    stamping: { tx: StampSent.On, rx: StampReceived.All },
  };
  net.interfaces.push(made);
  joinGroup(k, made, ALL_SYSTEMS);
  return made;
}

/** Bytes of the longest datagram that an Ethernet interface can be set to. */
export const mostMtu = ({ state }: Kernel): number =>
  Number(state.settings.config.CONFIG_NET_ETH_PKTSIZE) - ETHER_HEADER;

/** NuttX: NET_LO_PKTSIZE, as it is on Linux. */
const LOOPBACK_MTU = 65_535;

export const interfaceOf = ({ state }: Kernel, device: string): Interface =>
  state.net.interfaces.find((each) => each.device === device)!;

export const interfaceNamed = ({ state }: Kernel, name: string): Interface | undefined =>
  state.net.interfaces.find((each) => each.name === name);

export const isUp = ({ flags }: Interface): boolean => (flags & InterfaceFlag.Up) !== 0;

const driverOf = (k: Kernel, { device }: Interface): NetDriver | undefined =>
  device === null ? undefined : k.hardware[device]?.net;

/** The interface goes up (NuttX: netdev_ifup): it takes and sends frames, and everybody hears of it. */
export function ifUp(k: Kernel, iface: Interface): void {
  if (isUp(iface)) return;
  iface.flags |= InterfaceFlag.Up;
  driverOf(k, iface)?.setUp(k, true);
  introduce(k, iface);
}

/** It goes down (NuttX: netdev_ifdown). What waits for it is gone, and so are its TCP connections. */
export function ifDown(k: Kernel, iface: Interface): void {
  if (!isUp(iface)) return;
  iface.flags &= ~InterfaceFlag.Up;
  driverOf(k, iface)?.setUp(k, false);
  iface.counts.txDropped += iface.queue.length;
  for (const { bytes } of iface.queue) giveIobs(k, bytes.length);
  iface.queue = [];
  forgetNeighbors(k, iface);
  tcpNetworkDown(k, iface.address);
}

/** Neighbors, routers and switches hear of an interface that has come to life, or has another address. */
export function introduce(k: Kernel, iface: Interface): void {
  const needed = InterfaceFlag.Up | InterfaceFlag.Running;
  if (iface.device === null || (iface.flags & needed) !== needed || iface.address === 0) return;
  announce(k, iface);
  reportGroups(k, iface);
}

/** Frames to a group of Ethernet addresses are let in, as often as somebody wants them. */
export function addMac(k: Kernel, iface: Interface, mac: number): void {
  iface.macs.set(mac, (iface.macs.get(mac) ?? 0) + 1);
  setFilter(k, iface);
}

export function removeMac(k: Kernel, iface: Interface, mac: number): void {
  const count = iface.macs.get(mac) ?? 0;
  if (count > 1) iface.macs.set(mac, count - 1);
  else iface.macs.delete(mac);
  setFilter(k, iface);
}

function setFilter(k: Kernel, iface: Interface): void {
  driverOf(k, iface)?.setFilter(k, [...iface.macs.keys()]);
}

/** A frame that whoever runs now sends. */
export function outFrame(k: Kernel, bytes: Uint8Array, stamp?: { socket: number; key: number }): OutFrame {
  return { bytes, pid: running(k).pid, socket: stamp?.socket ?? 0, key: stamp?.key ?? 0 };
}

/**
 * Sends a whole frame.
 *
 * @param stamp the socket that is told when it has passed the port, and what it knows it by
 * @returns 0, or -ENETDOWN; -ENOBUFS: neither the controller nor the I/O buffers have room
 */
export function transmit(
  k: Kernel,
  iface: Interface,
  frame: Uint8Array,
  stamp?: { socket: number; key: number },
): number {
  return send(k, iface, outFrame(k, frame, stamp));
}

export function send(k: Kernel, iface: Interface, frame: OutFrame): number {
  if (!isUp(iface)) return -Errno.ENETDOWN;
  const driver = driverOf(k, iface);
  if (!driver) return loopBack(k, iface, frame);
  if (iface.queue.length === 0 && driver.transmit(k, frame)) return 0;
  const take = iface.queue.length === 0 ? takeIobs : takeToSend;
  if (!take(k, frame.bytes.length)) {
    iface.counts.txDropped++;
    return -Errno.ENOBUFS;
  }
  iface.queue.push(frame);
  return 0;
}

/** A frame has passed the port of a controller, whose ring has room again. */
export function frameSent(k: Kernel, device: string, frame: OutFrame, stamp: Stamp): void {
  const iface = interfaceOf(k, device);
  iface.counts.txPackets++;
  iface.counts.txBytes += frame.bytes.length;
  if (frame.socket !== 0) frameStamped(k, frame, stamp);
  const driver = driverOf(k, iface)!;
  while (iface.queue.length > 0 && driver.transmit(k, iface.queue[0]!)) {
    giveIobs(k, iface.queue.shift()!.bytes.length);
  }
}

/** A frame was in a controller's ring, and will not leave: there is no cable. */
export function frameLost(k: Kernel, device: string, _frame: OutFrame): void {
  interfaceOf(k, device).counts.txDropped++;
}

/** A controller has received a frame that is for the board. */
export function frameReceived(k: Kernel, device: string, bytes: Uint8Array, stamp: Stamp): void {
  received(k, interfaceOf(k, device), bytes, stamp);
}

/** A frame has come in. */
export function received(k: Kernel, iface: Interface, frame: Uint8Array, stamp: Stamp): void {
  if (!isUp(iface)) return;
  const { counts } = iface;
  counts.rxPackets++;
  counts.rxBytes += frame.length;
  if (frame.length < ETHER_HEADER) {
    counts.rxErrors++;
    return;
  }
  const isTaken = packetInput(k, iface, frame, stamp);
  const to = etherDestination(frame);
  const isGroup = isGroupMac(to);
  // A driver need not filter; packet sockets get what it lets in, the protocols what is for them.
  if (!isGroup && to !== iface.mac) return;
  const inside = frame.subarray(ETHER_HEADER);
  const type = etherType(frame);
  if (type === EtherType.Ipv4) {
    counts.rxIpv4++;
    ipv4Input(k, iface, inside, stamp, isGroup);
  } else if (type === EtherType.Arp) {
    counts.rxArp++;
    if (!arpInput(k, iface, inside)) counts.rxDropped++;
  } else if (!isTaken) counts.rxDropped++;
}

/** The cable of a controller was plugged in or out, or what is at its other end was. */
export function carrierChanged(k: Kernel, device: string, on: boolean): void {
  const found = interfaceOf(k, device);
  found.flags = on ? found.flags | InterfaceFlag.Running : found.flags & ~InterfaceFlag.Running;
  if (on) introduce(k, found);
}
