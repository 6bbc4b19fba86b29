/** How well it is known when frames pass the host's ports. */
import type { HostConnection, HostStamps } from '../contract/network';

/** Frames of which it is kept how late they left. */
const KEPT = 128;

/** How late the last frames left, nanoseconds. */
export class Lateness {
  private readonly last: number[] = [];
  private count = 0;

  add(ns: number): void {
    this.last[this.count++ % KEPT] = ns;
  }

  get summary(): HostStamps['lateNs'] {
    const sorted = this.last.toSorted((a, b) => a - b);
    return sorted.length === 0 ? null : { median: sorted[sorted.length >> 1]!, most: sorted.at(-1)! };
  }
}

const OF_PROCESS = 'taken by this program as it receives and sends';

/** Standard deviations, nanoseconds, of small programs that do nothing but this (docs/fidelity.md): no less is to be had. */
const kinds: Record<HostConnection['type'], Omit<HostStamps, 'lateNs'>> = {
  user: { text: `${OF_PROCESS}, behind the sockets of the computer`, floorNs: 25_000 },
  tap: { text: `${OF_PROCESS}, behind the TAP interface and socat`, floorNs: 50_000 },
  datagram: { text: `${OF_PROCESS} the datagrams that are frames`, floorNs: 50_000 },
};

export const stampsOf = ({ type }: HostConnection, late: Lateness): HostStamps => ({
  ...kinds[type],
  lateNs: late.summary,
});
