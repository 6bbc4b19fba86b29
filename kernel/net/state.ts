/** What the network stack keeps: one tree of plain data, a part of the kernel's state. */
import type { Timespec } from '../clock/timespec';
import type { ConfigValue } from '../config';
import { createArp, type ArpState } from './arp/neighbors';
import { createIcmp, type IcmpState } from './icmp/input';
import type { Membership } from './igmp/groups';
import { createNetDb, type NetDbState } from './netdb/resolve';
import { createIobPool, type IobPool } from './iob';
import type { Reassembly } from './ipv4/reassembly';
import type { LoopbackFrame } from './loopback';
import type { OutFrame } from './netdev';
import type { Route } from './route';
import type { Socket } from './socket';
import { createTcpTable, type TcpTable } from './tcp/table';
import type { TelnetSession } from './telnet';

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
  /** Ethernet addresses of groups whose frames are let in, and how often somebody wants them. */
  macs: Map<number, number>;
  /** What found no room in the controller's ring. */
  queue: OutFrame[];
  /** Which frames its controller stamps (SIOCSHWTSTAMP): HWTSTAMP_TX_... and HWTSTAMP_FILTER_... */
  stamping: { tx: number; rx: number };
  /** Tick up to which there is a router that knows IGMP version 1 only. */
  igmpV1Until: number;
  counts: InterfaceCounts;
}

/** HWTSTAMP_TX_... and HWTSTAMP_FILTER_... of linux/net_tstamp.h. */
export const StampSent = { Off: 0, On: 1, OneStepSync: 2, OneStepPeer: 3 } as const;
export const StampReceived = { None: 0, All: 1 } as const;

export interface InterfaceCounts {
  rxPackets: number;
  rxBytes: number;
  rxErrors: number;
  rxDropped: number;
  rxIpv4: number;
  rxArp: number;
  rxFragments: number;
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

/** What the protocols have met (NuttX: struct net_stats_s). */
export interface NetCounts {
  /** Dropped for what reason ever, and of these: a header that makes no sense, its checksum, fragments, the protocol. */
  ipv4: {
    received: number;
    sent: number;
    dropped: number;
    header: number;
    checksum: number;
    fragment: number;
    protocol: number;
  };
  icmp: { received: number; sent: number; dropped: number };
  udp: { received: number; sent: number; dropped: number; checksum: number };
  tcp: {
    received: number;
    sent: number;
    /** Those with a wrong checksum among them. */
    dropped: number;
    checksum: number;
    /** Who would connect, and found no room. */
    synDropped: number;
    /** That have come. */
    resets: number;
    /** By connections that are gone. */
    retransmitted: number;
  };
}

export interface NetState {
  /** The one with index one is the first. */
  interfaces: Interface[];
  /** Ticks of the protocols' timers that run, by number (timer.ts). */
  timers: Map<number, number>;
  arp: ArpState;
  routes: Route[];
  icmp: IcmpState;
  /** Identification of the last datagram that was sent. */
  packetId: number;
  reassemblies: Reassembly[];
  nextReassembly: number;
  memberships: Membership[];
  nextMembership: number;
  /** What the board has sent to itself and has not come in yet. */
  loopback: LoopbackFrame[];
  counts: NetCounts;
  sockets: Map<number, Socket>;
  /** Sessions of Telnet, by the names of their terminals' devices. */
  telnet: Map<string, TelnetSession>;
  nextSocket: number;
  tcp: TcpTable;
  /** Names of hosts. */
  netdb: NetDbState;
  iobs: IobPool;
}

export const createNet = (config: Readonly<Record<string, ConfigValue>>): NetState => {
  const iobs = config.CONFIG_NET === true ? Number(config.CONFIG_IOB_NBUFFERS) : 0;
  return {
    interfaces: [],
    timers: new Map(),
    arp: createArp(),
    routes: [],
    icmp: createIcmp(),
    packetId: 0,
    reassemblies: [],
    nextReassembly: 1,
    memberships: [],
    nextMembership: 1,
    loopback: [],
    counts: {
      ipv4: { received: 0, sent: 0, dropped: 0, header: 0, checksum: 0, fragment: 0, protocol: 0 },
      icmp: { received: 0, sent: 0, dropped: 0 },
      udp: { received: 0, sent: 0, dropped: 0, checksum: 0 },
      tcp: { received: 0, sent: 0, dropped: 0, checksum: 0, synDropped: 0, resets: 0, retransmitted: 0 },
    },
    sockets: new Map(),
    telnet: new Map(),
    nextSocket: 1,
    netdb: createNetDb(),
    tcp: createTcpTable(),
    iobs: createIobPool(iobs, Number(config.CONFIG_IOB_BUFSIZE)),
  };
};
