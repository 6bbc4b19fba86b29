/** Puts datagrams together that come in several packets, within fixed limits. */
import { isPossible, joined, noFragments, place, placeOf, type Fragments } from '../../../kernel/net/ipv4/fragments';
import { IPV4_HEADER } from '../../../kernel/net/ipv4/header';
import type { Ipv4 } from './packet';

/** Datagrams that are not whole, and how long each may take. */
const MOST = 16;
const LIMIT_MS = 15_000;

export class Reassembly {
  private readonly partial = new Map<string, Fragments & { since: number }>();

  /** The datagram that is whole with this packet; null: others are missing. */
  add(packet: Ipv4, now: number): Ipv4 | null {
    const { offset, more, payload, id, protocol, source, destination } = packet;
    if (offset === 0 && !more) return packet;
    const arrived = { offset, bytes: payload, isLast: !more };
    if (!isPossible(arrived, IPV4_HEADER)) return null;
    for (const [key, { since }] of this.partial) if (now - since > LIMIT_MS) this.partial.delete(key);
    const key = [source, destination, protocol, id].join();
    const datagram = this.partial.get(key) ?? { since: now, ...noFragments() };
    const at = placeOf(datagram, arrived);
    if (at === 'again') return null;
    if (at === 'wrong') {
      this.partial.delete(key);
      return null;
    }
    place(datagram, arrived, at);
    this.partial.set(key, datagram);
    if (this.partial.size > MOST) this.partial.delete(this.partial.keys().next().value!);
    const whole = joined(datagram);
    if (!whole) return null;
    this.partial.delete(key);
    return { ...packet, offset: 0, more: false, payload: whole };
  }
}
