/** What the network stack keeps: one tree of plain data, a part of the kernel's state. */
import type { Timespec } from '../clock/timespec';
import type { ConfigValue } from '../config';
import { createIobPool, type IobPool } from './iob';
import type { Socket } from './socket';

/** An interface (NuttX: struct net_driver_s). */
export interface Interface {
  /** `eth0`, `lo` */
  name: string;
  /** From one on. */
  index: number;
  /** Its device, by which {@link Kernel.hardware} has its driver; null for the loopback. */
  device: string | null;
  /** Ethernet address; 0 for the loopback. */
  mac: number;
  /** Bytes of the longest datagram. */
  mtu: number;
  /** IFF_... of net/if.h. */
  flags: number;
  address: number;
  netmask: number;
  /** Default router; 0 for none. */
  router: number;
  /** Multicast groups that somebody on the board has joined, and how often. */
  groups: Map<number, number>;
  counts: InterfaceCounts;
}

export interface InterfaceCounts {
  rxPackets: number;
  rxBytes: number;
  rxErrors: number;
  rxDropped: number;
  txPackets: number;
  txBytes: number;
  txErrors: number;
  txDropped: number;
}

export const InterfaceFlag = {
  Up: 0x01,
  Running: 0x02,
  Loopback: 0x08,
  Broadcast: 0x80,
  Multicast: 0x100,
} as const;

/** When a frame passed the port: of the PTP clock of its interface, and of CLOCK_REALTIME in its driver; null for no stamp. */
export interface Stamp {
  hardware: Timespec | null;
  software: Timespec | null;
}

export interface NetState {
  interfaces: Interface[];
  sockets: Map<number, Socket>;
  nextSocket: number;
  iobs: IobPool;
}

export const createNet = (config: Readonly<Record<string, ConfigValue>>): NetState => {
  const iobs = config.CONFIG_NET === true ? Number(config.CONFIG_IOB_NBUFFERS) : 0;
  return {
    interfaces: [],
    sockets: new Map(),
    nextSocket: 1,
    iobs: createIobPool(iobs, Number(config.CONFIG_IOB_BUFSIZE)),
  };
};
