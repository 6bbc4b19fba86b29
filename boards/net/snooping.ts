/** What a switch understands of IGMP (RFC 4541): who has joined which group, where routers are; and what it asks itself. */
import { groupMac, isMulticast } from '../../kernel/net/address';
import { get16, get32 } from '../../kernel/net/bytes';
import { ETHER_HEADER, etherFrame, EtherType, etherType } from '../../kernel/net/ethernet';
import {
  ALL_SYSTEMS,
  IGMP_LENGTH,
  igmpMessage,
  IgmpType,
  QUERY_UNIT_MS,
  readReport,
  ROUTER_ALERT,
} from '../../kernel/net/igmp/message';
import { IPV4_HEADER, ipv4HeaderLength, Protocol, writeIpv4Header } from '../../kernel/net/ipv4/header';
import { SHORTEST } from './link';
import type { Leaving, SwitchSettings } from './switch';

/** Ports, and until when; by group for members. */
export interface Membership {
  groups: Map<number, Map<number, number>>;
  routers: Map<number, number>;
}

/** Groups that a switch knows of at most; what goes to others goes everywhere. */
const MOST_GROUPS = 1024;
/** RFC 2236, section 8, in nanoseconds: how long who is asked may take, and who is asked for the last time, twice. */
const RESPONSE_NS = 10e9;
const LAST_RESPONSE_NS = 1e9;
const LAST_NS = 2 * LAST_RESPONSE_NS;
const USUAL_QUERY_NS = 125e9;

/** A member, or a router, that says nothing for so long is gone. */
const silenceNs = ({ queryNs }: SwitchSettings): number => 2 * (queryNs || USUAL_QUERY_NS) + RESPONSE_NS;

/**
 * What leaves by which of the other ports, for a frame to a group; null: the frame by all. That is what goes to groups of
 * 224.0.0.0/24, to such that nobody has joined, and what is not IPv4.
 */
export function snoop(
  membership: Membership,
  settings: SwitchSettings,
  from: number,
  others: readonly number[],
  bytes: Uint8Array,
  nowNs: number,
): Leaving[] | null {
  if (bytes.length < ETHER_HEADER + IPV4_HEADER || etherType(bytes) !== EtherType.Ipv4) return null;
  const packet = bytes.subarray(ETHER_HEADER, ETHER_HEADER + get16(bytes, ETHER_HEADER + 2));
  const message = packet.subarray(ipv4HeaderLength(packet));
  const isRouter = (port: number) => (membership.routers.get(port) ?? -1) >= nowNs;
  if (packet[9] === Protocol.Igmp && message.length >= IGMP_LENGTH) {
    if (message[0] === IgmpType.Query) {
      membership.routers.set(from, nowNs + silenceNs(settings));
      const asked = get32(message, 4);
      if (asked !== 0) askedAgain(membership, asked, nowNs);
      return null;
    }
    const declared = readReport(message);
    if (declared) {
      const leaving = others.filter(isRouter).map((port) => ({ port, bytes }));
      for (const { group, isMember } of declared) {
        if (isMember) join(membership, settings, group, from, nowNs);
        else leaving.push(...leave(membership, settings, group, from, nowNs));
      }
      return leaving;
    }
  }
  const group = get32(packet, 16);
  const members = membership.groups.get(group);
  if (!isMulticast(group) || group >>> 8 === ALL_SYSTEMS >>> 8 || !members) return null;
  const isMember = (port: number) => (members.get(port) ?? -1) >= nowNs;
  if (![...members.values()].some((untilNs) => untilNs >= nowNs)) {
    membership.groups.delete(group);
    return null;
  }
  return others.filter((port) => isMember(port) || isRouter(port)).map((port) => ({ port, bytes }));
}

function join({ groups }: Membership, settings: SwitchSettings, group: number, port: number, nowNs: number): void {
  let members = groups.get(group);
  if (!members) {
    if (!isMulticast(group) || groups.size >= MOST_GROUPS) return;
    members = new Map();
    groups.set(group, members);
  }
  members.set(port, nowNs + silenceNs(settings));
}

/** Somebody has left: where the switch itself asks, it asks whether others are there. */
function leave(
  membership: Membership,
  { queryNs }: SwitchSettings,
  group: number,
  port: number,
  nowNs: number,
): Leaving[] {
  const members = membership.groups.get(group);
  if (queryNs === 0 || !members?.has(port)) return [];
  members.set(port, Math.min(members.get(port)!, nowNs + LAST_NS));
  return [{ port, bytes: query(group) }];
}

/** Who is in a group has been asked, for the last time. */
function askedAgain({ groups }: Membership, group: number, nowNs: number): void {
  for (const [port, untilNs] of groups.get(group) ?? [])
    groups.get(group)!.set(port, Math.min(untilNs, nowNs + LAST_NS));
}

/** Of the switches' own, which have no address otherwise. */
const QUERIER_MAC = 0x0200_00ff_ff00;
/** What such messages have for their type of service. */
const INTERNETWORK_CONTROL = 0xc0;

/** A query (IGMP version 2) for a group, or for all: 0. Who asks has no address of IPv4. */
export function query(group: number): Uint8Array {
  const to = group || ALL_SYSTEMS;
  const frame = etherFrame(groupMac(to), QUERIER_MAC, EtherType.Ipv4, SHORTEST - ETHER_HEADER);
  const header = IPV4_HEADER + ROUTER_ALERT.length;
  const packet = frame.subarray(ETHER_HEADER, ETHER_HEADER + header + IGMP_LENGTH);
  const fields = { tos: INTERNETWORK_CONTROL, ttl: 1, protocol: Protocol.Igmp, source: 0, destination: to };
  writeIpv4Header(packet, { ...fields, options: ROUTER_ALERT }, 0);
  const time = (group ? LAST_RESPONSE_NS : RESPONSE_NS) / 1e6 / QUERY_UNIT_MS;
  packet.set(igmpMessage(IgmpType.Query, group, time), header);
  return frame;
}
