/**
 * Network interfaces (NuttX: net/netdev): what is between the protocols and the drivers of Ethernet controllers. A driver
 * takes frames as long as its ring has room; what does not fit waits in the interface's queue.
 */
import type { Kernel } from '../kernel';
import { InterfaceFlag, type Interface, type Stamp } from './state';

/** What an Ethernet controller can do (NuttX: struct netdev_ops_s). */
export interface NetDriver {
  /** The address that the hardware has. */
  mac: number;
  /** Takes a frame for its ring; false: there is no room. */
  transmit(k: Kernel, frame: OutFrame): boolean;
  /** The interface goes up or down. */
  setUp(k: Kernel, on: boolean): void;
  /** Groups (Ethernet addresses) whose frames are to come in, or everything. */
  setFilter(k: Kernel, groups: readonly number[], promiscuous: boolean): void;
}

/** A frame on its way to the wire. */
export interface OutFrame {
  bytes: Uint8Array;
  /** The task that sends it, for the event log. */
  pid: number;
  /** The socket that is to be told when it passed the port ({@link frameSent}), and what it knows it by; 0 for none. */
  socket: number;
  key: number;
}

/** The board has this interface from now on; it is down. */
export function netdev_register(k: Kernel, name: string, device: string, mac: number): Interface {
  const { interfaces } = k.state.net;
  const made: Interface = {
    ...{ name, index: interfaces.length + 1, device, mac, mtu: 1500 },
    flags: InterfaceFlag.Broadcast | InterfaceFlag.Multicast,
    ...{ address: 0, netmask: 0, router: 0, groups: new Map() },
    counts: {
      rxPackets: 0,
      rxBytes: 0,
      rxErrors: 0,
      rxDropped: 0,
      txPackets: 0,
      txBytes: 0,
      txErrors: 0,
      txDropped: 0,
    },
  };
  interfaces.push(made);
  return made;
}

export const interfaceOf = ({ state }: Kernel, device: string): Interface =>
  state.net.interfaces.find((each) => each.device === device)!;

/** A controller has received a frame that is for the board. */
export function frameReceived(_k: Kernel, _device: string, _bytes: Uint8Array, _stamp: Stamp): void {}

/** A frame has passed the port of a controller, whose ring has room again. */
export function frameSent(_k: Kernel, _device: string, _frame: OutFrame, _stamp: Stamp): void {}

/** The cable of a controller was plugged in or out, or what is at its other end was. */
export function carrierChanged(k: Kernel, device: string, on: boolean): void {
  const found = interfaceOf(k, device);
  found.flags = on ? found.flags | InterfaceFlag.Running : found.flags & ~InterfaceFlag.Running;
}
