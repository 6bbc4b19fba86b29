/** What a switch understands of IGMP (RFC 4541): who has joined which group, where routers are; and what it asks itself. */
import { isMulticast } from '../../kernel/net/address';
import { addWords, checksumOf, get16, get32, put16, put32, put48 } from '../../kernel/net/bytes';
import { SHORTEST } from './link';
import type { Leaving, SwitchSettings } from './switch';

/** Ports, and until when; by group for members. */
export interface Membership {
  groups: Map<number, Map<number, number>>;
  routers: Map<number, number>;
}

const ETHERNET_HEADER = 14;
const ETHERTYPE_IP = 0x0800;
const PROTOCOL_IGMP = 2;
const Igmp = { Query: 0x11, Report1: 0x12, Report2: 0x16, Leave: 0x17, Report3: 0x22 } as const;
/** Kinds of a version 3 report's records that mean no membership any more, without sources; and that change nothing. */
const [TO_INCLUDE, BLOCK] = [3, 6];

/** Groups that a switch knows of at most; what goes to others goes everywhere. */
const MOST_GROUPS = 1024;
/** RFC 2236, section 8, in nanoseconds: how long who is asked may take, and who is asked for the last time, twice. */
const RESPONSE_NS = 10e9;
const LAST_RESPONSE_NS = 1e9;
const LAST_NS = 2 * LAST_RESPONSE_NS;
const USUAL_QUERY_NS = 125e9;
const ALL_HOSTS = 0xe000_0001;

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
  if (bytes.length < ETHERNET_HEADER + 20 || get16(bytes, 12) !== ETHERTYPE_IP) return null;
  const packet = bytes.subarray(ETHERNET_HEADER, ETHERNET_HEADER + get16(bytes, ETHERNET_HEADER + 2));
  const message = packet.subarray((packet[0]! & 15) * 4);
  const isRouter = (port: number) => (membership.routers.get(port) ?? -1) >= nowNs;
  const toRouters = () => others.filter(isRouter).map((port) => ({ port, bytes }));
  if (packet[9] === PROTOCOL_IGMP && message.length >= 8) {
    const [kind, group] = [message[0]!, get32(message, 4)];
    switch (kind) {
      case Igmp.Query:
        membership.routers.set(from, nowNs + silenceNs(settings));
        if (group !== 0) askedAgain(membership, group, nowNs);
        return null;
      case Igmp.Report1:
      case Igmp.Report2:
        join(membership, settings, group, from, nowNs);
        return toRouters();
      case Igmp.Report3: {
        const left = readRecords(membership, settings, message, from, nowNs);
        return [...toRouters(), ...left.flatMap((each) => leave(membership, settings, each, from, nowNs))];
      }
      case Igmp.Leave:
        return [...toRouters(), ...leave(membership, settings, group, from, nowNs)];
    }
  }
  const group = get32(packet, 16);
  const members = membership.groups.get(group);
  if (!isMulticast(group) || group >>> 8 === ALL_HOSTS >>> 8 || !members) return null;
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

/** Reads a version 3 report; gives the groups that somebody has left. */
function readRecords(
  membership: Membership,
  settings: SwitchSettings,
  message: Uint8Array,
  port: number,
  nowNs: number,
): number[] {
  const left: number[] = [];
  let at = 8;
  for (let count = get16(message, 6); count > 0 && at + 8 <= message.length; count--) {
    const [kind, sources, group] = [message[at]!, get16(message, at + 2), get32(message, at + 4)];
    if (kind <= TO_INCLUDE && kind % 2 === 1 && sources === 0) left.push(group);
    else if (kind < BLOCK) join(membership, settings, group, port, nowNs);
    at += 8 + sources * 4 + message[at + 1]! * 4;
  }
  return left;
}

/** Of the switches' own, which have no address otherwise. */
const QUERIER_MAC = 0x0200_00ff_ff00;

/** A query (IGMP version 2) for a group, or for all: 0. Who asks has no address of IPv4. */
export function query(group: number): Uint8Array {
  const frame = new Uint8Array(SHORTEST);
  const to = group || ALL_HOSTS;
  put48(frame, 0, 0x0100_5e00_0000 + (to & 0x7f_ffff));
  put48(frame, 6, QUERIER_MAC);
  put16(frame, 12, ETHERTYPE_IP);
  const header = frame.subarray(ETHERNET_HEADER);
  // Version 4 with the router alert option; the time to live is that of a link.
  header.set([0x46, 0xc0, 0, 32, 0, 0, 0, 0, 1, PROTOCOL_IGMP]);
  put32(header, 16, to);
  header.set([0x94, 4, 0, 0], 20);
  put16(header, 10, checksumOf(addWords(header, 0, 24)));
  const message = header.subarray(24, 32);
  message.set([Igmp.Query, (group ? LAST_RESPONSE_NS : RESPONSE_NS) / 1e8]);
  put32(message, 4, group);
  put16(message, 2, checksumOf(addWords(message, 0, 8)));
  return frame;
}
