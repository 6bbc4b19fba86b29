/**
 * Puts datagrams together from fragments (RFC 791; NuttX: net/ipfrag). Fragments wait in I/O buffers, so few and so little
 * at a time that a flood of them leaves room for everything else; the oldest datagram makes room for a new one.
 */
import type { Kernel } from '../../kernel';
import { icmpError, REASSEMBLY_TIME } from '../icmp/input';
import { IcmpType } from '../icmp/header';
import { giveIobs, takeToKeep } from '../iob';
import { cancelNetTimer, startNetTimer, ticksIn } from '../timer';
import { heldBytes, isPossible, joined, noFragments, place, placeOf, type Fragments } from './fragments';
import { Fragment, type Ipv4Info, type Ipv4Packet } from './header';

/** A datagram of which not all fragments are there. */
export interface Reassembly extends Fragments {
  id: number;
  source: number;
  destination: number;
  protocol: number;
  packetId: number;
  /** Of the first fragment; null as long as that is not there. */
  first: Omit<Ipv4Packet, 'payload' | 'iface'> | null;
  interface: number;
}

/** Datagrams that are put together at a time, and the share of the I/O buffers that their fragments may have. */
const MAX_DATAGRAMS = 8;
const MAX_SHARE = 0.5;
/** CONFIG_NET_IPFRAG_REASS_MAXAGE counts in tenths of a second. */
const AGE_UNIT_MS = 100;

/** A fragment has come: gives the whole datagram when it was the last that was missing. */
export function reassemble(k: Kernel, packet: Ipv4Packet, info: Ipv4Info): Ipv4Packet | null {
  const { payload, iface } = packet;
  const arrived = {
    offset: (info.fragment & Fragment.Offset) * 8,
    bytes: payload,
    isLast: (info.fragment & Fragment.More) === 0,
  };
  iface.counts.rxFragments++;
  if (!isPossible(arrived, info.headerLength)) return drop(k);
  const datagram = find(k, packet, info) ?? begin(k, packet, info);
  const at = placeOf(datagram, arrived);
  if (at === 'again') return null;
  if (at === 'wrong' || !makeRoom(k, datagram, payload.length)) {
    forget(k, datagram);
    return drop(k);
  }
  place(datagram, arrived, at);
  if (arrived.offset === 0) {
    const { payload: _, iface: __, ...first } = packet;
    datagram.first = { ...first, header: first.header.slice() };
  }
  const whole = joined(datagram);
  if (!whole) return null;
  forget(k, datagram);
  return { ...datagram.first!, iface: k.state.net.interfaces[datagram.interface - 1]!, payload: whole };
}

function drop(k: Kernel): null {
  const { ipv4 } = k.state.net.counts;
  ipv4.dropped++;
  ipv4.fragment++;
  return null;
}

function find({ state }: Kernel, { source, destination, protocol }: Ipv4Packet, info: Ipv4Info) {
  return state.net.reassemblies.find(
    (each) =>
      each.packetId === info.id &&
      each.source === source &&
      each.destination === destination &&
      each.protocol === protocol,
  );
}

function begin(k: Kernel, { source, destination, protocol, iface }: Ipv4Packet, info: Ipv4Info): Reassembly {
  const { net, settings, ticks } = k.state;
  if (net.reassemblies.length >= MAX_DATAGRAMS) forget(k, net.reassemblies[0]!);
  const made: Reassembly = {
    id: net.nextReassembly++,
    ...{ source, destination, protocol, packetId: info.id, interface: iface.index },
    ...noFragments(),
    first: null,
  };
  net.reassemblies.push(made);
  const age = Number(settings.config.CONFIG_NET_IPFRAG_REASS_MAXAGE) * AGE_UNIT_MS;
  startNetTimer(k, 'fragment', made.id, ticks + ticksIn(k, age));
  return made;
}

/** Takes buffers for a fragment, from older datagrams if need be. */
function makeRoom(k: Kernel, datagram: Reassembly, bytes: number): boolean {
  const { net } = k.state;
  const most = net.iobs.total * net.iobs.size * MAX_SHARE;
  const held = () => net.reassemblies.reduce((sum, { pieces }) => sum + heldBytes(pieces), 0);
  while (held() + bytes > most || !takeToKeep(k, bytes)) {
    const [oldest] = net.reassemblies;
    if (oldest === datagram) return false;
    forget(k, oldest!);
  }
  return true;
}

function forget(k: Kernel, datagram: Reassembly): void {
  const { reassemblies } = k.state.net;
  for (const { bytes } of datagram.pieces) giveIobs(k, bytes.length);
  cancelNetTimer(k, 'fragment', datagram.id);
  reassemblies.splice(reassemblies.indexOf(datagram), 1);
}

/** What is missing has not come in time. */
export function reassemblyExpired(k: Kernel, id: number): void {
  const { reassemblies, interfaces, counts } = k.state.net;
  const datagram = reassemblies.find((each) => each.id === id)!;
  const { first, pieces } = datagram;
  forget(k, datagram);
  counts.ipv4.dropped++;
  counts.ipv4.fragment++;
  if (!first) return;
  const packet = { ...first, iface: interfaces[datagram.interface - 1]!, payload: pieces[0]!.bytes };
  icmpError(k, packet, IcmpType.TimeExceeded, REASSEMBLY_TIME);
}
