/**
 * The interface `lo` (NuttX: drivers/net/loopback.c): what it is given comes in again, from an interrupt of its own, so that
 * nobody meets an answer while he is still sending.
 */
import { CLOCK_REALTIME, readClock } from '../clock/clock';
import { Errno } from '../errno';
import { raiseInterrupt } from '../irq';
import { note, Note, timeNs, type Kernel } from '../kernel';
import { etherType } from './ethernet';
import { giveIobs, takeIobs } from './iob';
import { received, type OutFrame } from './netdev';
import type { Interface } from './state';

/** Number of its interrupt: the last. */
export const IRQ_LOOPBACK = 63;

export interface LoopbackFrame {
  /** Index of the interface on which it comes in. */
  interface: number;
  bytes: Uint8Array;
}

/**
 * A frame comes in on an interface of the board's own: on `lo`, or on one on which it has sent it to a group that it is in.
 *
 * @returns 0, or -ENOBUFS
 */
export function loopBack(k: Kernel, iface: Interface, { bytes, pid }: OutFrame): number {
  if (!takeIobs(k, bytes.length)) {
    iface.counts.rxDropped++;
    return -Errno.ENOBUFS;
  }
  if (iface.device === null) {
    note(k, Note.net_send, pid, iface.index, bytes.length, etherType(bytes));
    k.onFrame(iface.name, 'out', bytes, timeNs(k), k.notes.count - 1);
  }
  k.state.net.loopback.push({ interface: iface.index, bytes });
  raiseInterrupt(k, IRQ_LOOPBACK);
  return 0;
}

/** What was sent comes in. */
export function loopbackInterrupt(k: Kernel): void {
  const { net } = k.state;
  const frames = net.loopback;
  net.loopback = [];
  for (const { interface: index, bytes } of frames) {
    giveIobs(k, bytes.length);
    received(k, net.interfaces[index - 1]!, bytes, { hardware: null, software: readClock(k, CLOCK_REALTIME) });
  }
}
