/**
 * IGMP version 2 (RFC 2236; NuttX: net/igmp): tells routers and switches which groups the board is in, and the controller
 * which frames to let in. A router that knows version 1 only is told in its way.
 */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { arc4random_uniform } from '../../random';
import { groupMac, isMulticast } from '../address';
import { get32 } from '../bytes';
import { Protocol, type Ipv4Packet } from '../ipv4/header';
import { ipv4Output } from '../ipv4/output';
import { addMac, removeMac } from '../netdev';
import { InterfaceFlag, type Interface } from '../state';
import { cancelNetTimer, startNetTimer, ticksIn } from '../timer';
import { ALL_SYSTEMS, igmpMessage, IgmpType, isIgmp, QUERY_UNIT_MS, ROUTER_ALERT } from './message';

/** A group that the board is in on an interface, as its routers know it (NuttX: struct igmp_group_s). */
export interface Membership {
  id: number;
  interface: number;
  group: number;
  /** Tick of the next report; 0 for none. */
  due: number;
  /** The board was the last to report: it tells when it leaves. */
  isReporter: boolean;
}

/** All routers are told who leaves. */
const ALL_ROUTERS = 0xe000_0002;
/** Within which a query of version 1 is answered, and a group that was joined is reported again. */
const DEFAULT_MS = 10_000;
/** A router of version 1 counts as present for that long behind its last query. */
const V1_PRESENT_MS = 400_000;

/** A group that is none of the board's own making: it goes to the wire, and is told of. */
const isTold = (iface: Interface, group: number) => group !== ALL_SYSTEMS && iface.device !== null;

/**
 * Somebody on the board joins a group.
 *
 * @returns 0, or -EINVAL: it is no group; -ENODEV: the interface has none
 */
export function joinGroup(k: Kernel, iface: Interface, group: number): number {
  if (!isMulticast(group)) return -Errno.EINVAL;
  const members = iface.groups.get(group) ?? 0;
  iface.groups.set(group, members + 1);
  if (members > 0) return 0;
  addMac(k, iface, groupMac(group));
  if (!isTold(iface, group)) return 0;
  const { net } = k.state;
  const made: Membership = { id: net.nextMembership++, interface: iface.index, group, due: 0, isReporter: false };
  net.memberships.push(made);
  report(k, iface, made);
  schedule(k, made, DEFAULT_MS);
  return 0;
}

/**
 * Somebody leaves it.
 *
 * @returns 0, or -EADDRNOTAVAIL: nobody on the board is in that group
 */
export function leaveGroup(k: Kernel, iface: Interface, group: number): number {
  const members = iface.groups.get(group);
  if (members === undefined) return -Errno.EADDRNOTAVAIL;
  if (members > 1) {
    iface.groups.set(group, members - 1);
    return 0;
  }
  iface.groups.delete(group);
  removeMac(k, iface, groupMac(group));
  const { memberships } = k.state.net;
  const at = memberships.findIndex((each) => each.interface === iface.index && each.group === group);
  if (at < 0) return 0;
  const [membership] = memberships.splice(at, 1);
  cancelNetTimer(k, 'igmp', membership!.id);
  if (membership!.isReporter && !hasV1Router(k, iface)) sendIgmp(k, iface, IgmpType.Leave, group, ALL_ROUTERS);
  return 0;
}

/** The interface can be heard again: so can what it is a member of. */
export function reportGroups(k: Kernel, iface: Interface): void {
  for (const each of k.state.net.memberships) if (each.interface === iface.index) report(k, iface, each);
}

const hasV1Router = ({ state }: Kernel, iface: Interface) => state.ticks < iface.igmpV1Until;

/** At a random tick within a time. */
function schedule(k: Kernel, membership: Membership, withinMs: number): void {
  const { ticks } = k.state;
  const tick = ticks + 1 + arc4random_uniform(k, ticksIn(k, withinMs));
  if (membership.due > ticks && membership.due <= tick) return;
  membership.due = tick;
  startNetTimer(k, 'igmp', membership.id, tick);
}

/** The time for a report has come. */
export function groupReportDue(k: Kernel, id: number): void {
  const { memberships, interfaces } = k.state.net;
  const membership = memberships.find((each) => each.id === id)!;
  membership.due = 0;
  report(k, interfaces[membership.interface - 1]!, membership);
}

function report(k: Kernel, iface: Interface, membership: Membership): void {
  membership.isReporter = true;
  const type = hasV1Router(k, iface) ? IgmpType.ReportV1 : IgmpType.ReportV2;
  sendIgmp(k, iface, type, membership.group, membership.group);
}

function sendIgmp(k: Kernel, iface: Interface, type: number, group: number, destination: number): void {
  if (!(iface.flags & InterfaceFlag.Up)) return;
  const payload = igmpMessage(type, group);
  const way = { protocol: Protocol.Igmp, source: iface.address, destination, iface };
  ipv4Output(k, { ...way, payload, ttl: 1, tos: 0, options: ROUTER_ALERT });
}

export function igmpInput(k: Kernel, packet: Ipv4Packet): void {
  const { iface, payload, destination } = packet;
  if (!isIgmp(payload)) {
    k.state.net.counts.ipv4.dropped++;
    return;
  }
  const [type, time] = [payload[0]!, payload[1]!];
  const group = get32(payload, 4);
  const mine = k.state.net.memberships.filter(({ interface: index }) => index === iface.index);
  if (type === IgmpType.Query) {
    if (time === 0) iface.igmpV1Until = k.state.ticks + ticksIn(k, V1_PRESENT_MS);
    const isGeneral = group === 0 && destination === ALL_SYSTEMS;
    const asked = mine.filter((each) => isGeneral || each.group === group);
    for (const each of asked) schedule(k, each, time === 0 ? DEFAULT_MS : time * QUERY_UNIT_MS);
  } else if (type === IgmpType.ReportV1 || type === IgmpType.ReportV2) {
    // Another member has said it.
    for (const each of mine) {
      if (each.group !== group) continue;
      cancelNetTimer(k, 'igmp', each.id);
      Object.assign(each, { due: 0, isReporter: false });
    }
  }
}
