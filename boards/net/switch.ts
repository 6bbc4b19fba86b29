/**
 * A switch: it stores each frame until its last bit is there, looks up in the table of the addresses that it has seen by
 * which ports it has to leave, and keeps a queue at each. There is no spanning tree: where switches are wired in a loop,
 * what goes to everyone goes round and round, as much of it as the queues hold.
 */
import type { Oscillator } from '../../kernel/clock/oscillator';
import { get48 } from '../../kernel/net/bytes';
import { isGroupMac } from '../../kernel/net/address';
import { snoop, type Membership } from './snooping';
import { createPeer } from './peerdelay';
import { createTransparent, usualPtp, type PtpSettings, type TransparentState } from './transparent';

export interface SwitchSettings {
  /** From the last bit of a frame at one port until it can leave by another. */
  storeNs: number;
  /** An address that was not seen for so long is forgotten. */
  ageingNs: number;
  /** Bytes that wait at a port at most; what comes then is dropped. */
  queueBytes: number;
  /** What goes to a group leaves only where somebody has joined it (IGMP), or where a router is. */
  snooping: boolean;
  /** It asks by itself who is in which group, so often; 0 for never, where a router does. */
  queryNs: number;
  /** It may be a transparent clock. */
  ptp: PtpSettings;
}

/** What changes of it. */
export type SwitchChange = Partial<Omit<SwitchSettings, 'ptp'>> & {
  ptp?: Partial<Omit<PtpSettings, 'oscillator'>> & { oscillator?: Partial<Oscillator> };
};

/** With what is changed, and the rest as before. */
export const changed = (settings: SwitchSettings, { ptp, ...change }: SwitchChange): SwitchSettings => ({
  ...settings,
  ...change,
  ptp: { ...settings.ptp, ...ptp, oscillator: { ...settings.ptp.oscillator, ...ptp?.oscillator } },
});

export const usualSwitch: SwitchSettings = {
  storeNs: 5000,
  ageingNs: 300e9,
  queueBytes: 128 * 1024,
  snooping: false,
  queryNs: 0,
  ptp: usualPtp,
};

/** A frame that waits at a port. */
export interface QueuedFrame {
  bytes: Uint8Array;
  /** Port by which it came, from 0 on (-1: the switch's own), and when the end of its start delimiter passed there. */
  from: number;
  inNs: number;
  /** The same by the transparent clock, for event messages of PTP; of its own answers, when the request came. */
  stamp?: number | undefined;
}

/** Other traffic that waits at a port, for so long as it takes to send. */
export interface OtherTraffic {
  ns: number;
}

export interface PortCounts {
  /** Frames that came whole and were for others; that have left; damaged ones. */
  received: number;
  sent: number;
  damaged: number;
  /** Frames that had no room in the port's queue, or no link. */
  dropped: number;
}

export interface SwitchPort {
  queue: (QueuedFrame | OtherTraffic)[];
  /** Bytes of the frames. */
  queuedBytes: number;
  /** The end of what it sends is awaited, for the queue to go on. */
  awaited: boolean;
  counts: PortCounts;
}

export interface SwitchState {
  settings: SwitchSettings;
  ports: SwitchPort[];
  /** Where each address was seen last, and when. */
  macs: Map<number, { port: number; seenNs: number }>;
  membership: Membership;
  transparent: TransparentState;
}

/** Addresses that the table holds. */
const MOST_ADDRESSES = 4096;
/** 01:80:c2:00:00:00 to :0f stay on their link (IEEE 802.1D, table 7-10). */
const isLinkOnly = (mac: number): boolean => Math.floor(mac / 16) === 0x0180_c200_0000 / 16;

export const createSwitch = (ports: number, settings: SwitchSettings): SwitchState => ({
  settings,
  ports: Array.from({ length: ports }, () => ({
    queue: [],
    queuedBytes: 0,
    awaited: false,
    counts: { received: 0, sent: 0, damaged: 0, dropped: 0 },
  })),
  macs: new Map(),
  membership: { groups: new Map(), routers: new Map() },
  transparent: createTransparent(ports),
});

export const isFrame = (entry: QueuedFrame | OtherTraffic): entry is QueuedFrame => 'bytes' in entry;

/** Something that a switch sends. */
export interface Leaving {
  port: number;
  bytes: Uint8Array;
}

/** What a switch does with a frame: it learns from it, and sends it, or what it has to say itself, by some of its ports. */
export function forward(state: SwitchState, from: number, bytes: Uint8Array, nowNs: number): Leaving[] {
  const { settings } = state;
  const to = get48(bytes, 0);
  learn(state, settings, get48(bytes, 6), from, nowNs);
  if (isLinkOnly(to)) return [];
  const others = state.ports.map((_, port) => port).filter((port) => port !== from);
  const all = others.map((port) => ({ port, bytes }));
  if (isGroupMac(to))
    return (settings.snooping && snoop(state.membership, settings, from, others, bytes, nowNs)) || all;
  const known = lookUp(state, settings, to, nowNs);
  if (known === undefined) return all;
  return known === from ? [] : [{ port: known, bytes }];
}

function learn({ macs }: SwitchState, { ageingNs }: SwitchSettings, mac: number, port: number, nowNs: number): void {
  if (isGroupMac(mac)) return;
  if (macs.size >= MOST_ADDRESSES && !macs.has(mac)) {
    for (const [each, { seenNs }] of macs) if (nowNs - seenNs > ageingNs) macs.delete(each);
    if (macs.size >= MOST_ADDRESSES) return;
  }
  macs.set(mac, { port, seenNs: nowNs });
}

/** Port at which an address was seen, if it was not too long ago. */
function lookUp({ macs }: SwitchState, { ageingNs }: SwitchSettings, mac: number, nowNs: number): number | undefined {
  const found = macs.get(mac);
  if (!found) return undefined;
  if (nowNs - found.seenNs <= ageingNs) return found.port;
  macs.delete(mac);
  return undefined;
}

/** A port has no link any more: what waits there is lost, and who was there may come back elsewhere. */
export function portDown({ ports, macs, membership, transparent }: SwitchState, port: number): void {
  const at = ports[port]!;
  at.counts.dropped += at.queue.filter(isFrame).length;
  Object.assign(at, { queue: [], queuedBytes: 0 });
  transparent.peers[port] = createPeer();
  for (const [mac, seen] of macs) if (seen.port === port) macs.delete(mac);
  membership.routers.delete(port);
  for (const members of membership.groups.values()) members.delete(port);
}
