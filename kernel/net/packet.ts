/** Packet sockets (NuttX: net/pkt). */
import type { Kernel } from '../kernel';
import type { Interface, Stamp } from './state';

/** A whole frame has come; true when some socket takes it. */
export function packetInput(_k: Kernel, _iface: Interface, _frame: Uint8Array, _stamp: Stamp): boolean {
  return false;
}
