/** Timers of the protocols: each has a kind and a number, and one that is started again begins anew. */
import { cancelExpiry, startExpiry } from '../clock/timeout';
import { ticksOf } from '../clock/timespec';
import type { Kernel } from '../kernel';
import { ipv4Text } from './address';
import { resolutionExpired } from './arp/neighbors';
import { groupReportDue } from './igmp/groups';
import { reassemblyExpired } from './ipv4/reassembly';
import { tcpTimer } from './tcp/input';

export type NetTimerKind = 'arp' | 'fragment' | 'igmp' | 'tcp';

const expirations: Record<NetTimerKind, (k: Kernel, id: number) => void> = {
  arp: resolutionExpired,
  fragment: reassemblyExpired,
  igmp: groupReportDue,
  tcp: tcpTimer,
};
const kinds = Object.keys(expirations) as NetTimerKind[];

/** By what the list of everything timed knows one. */
const numberOf = (kind: NetTimerKind, id: number): number => id * kinds.length + kinds.indexOf(kind);

/** Lets a protocol's timer expire at a tick, and no longer at the one that it was started for before. */
export function startNetTimer(k: Kernel, kind: NetTimerKind, id: number, tick: number): void {
  cancelNetTimer(k, kind, id);
  const number = numberOf(kind, id);
  k.state.net.timers.set(number, tick);
  startExpiry(k, 'net', number, tick);
}

/** The timer does not expire, if it was started. */
export function cancelNetTimer(k: Kernel, kind: NetTimerKind, id: number): void {
  const { timers } = k.state.net;
  const number = numberOf(kind, id);
  const tick = timers.get(number);
  if (tick === undefined) return;
  timers.delete(number);
  cancelExpiry(k, 'net', number, tick);
}

/** Ticks that cover so many milliseconds. */
export const ticksIn = ({ state }: Kernel, ms: number): number => ticksOf(state, ms * 1e6);

/** What a timer is for, and what happens when it expires, in words. */
export function describeNetTimer({ state }: Kernel, number: number): { label: string; action: string } {
  const [kind, id] = [kinds[number % kinds.length]!, Math.floor(number / kinds.length)];
  const { arp, memberships } = state.net;
  switch (kind) {
    case 'arp': {
      const { address } = arp.resolutions.find((each) => each.id === id)!;
      return { label: `ARP ${ipv4Text(address)}`, action: 'asks again, or gives up' };
    }
    case 'igmp': {
      const { group } = memberships.find((each) => each.id === id)!;
      return { label: `IGMP ${ipv4Text(group)}`, action: 'reports the group' };
    }
    case 'fragment':
      return { label: `datagram ${id}`, action: 'forgets its fragments' };
    case 'tcp':
      return { label: `TCP connection ${id}`, action: 'sends again, or closes' };
  }
}

/** A timer's tick has come. */
export function expireNet(k: Kernel, number: number): void {
  k.state.net.timers.delete(number);
  expirations[kinds[number % kinds.length]!](k, Math.floor(number / kinds.length));
}
