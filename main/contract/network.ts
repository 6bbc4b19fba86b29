/**
 * The network: what a target shows of its interfaces, sockets and tables, the links and switches of the bench, how ports
 * are joined to this computer's network, and the packets that were captured.
 */
import { z } from 'zod';

const nothing = z.object({});
const name = z.string().min(1).max(128);
const count = z.number().min(0);

// --- What a board has ----------------------------------------------------------------------------------------------

export const InterfaceSnapshot = z.object({
  /** `eth0`, `lo` */
  name: z.string(),
  index: z.int(),
  mac: z.string(),
  mtu: z.int(),
  up: z.boolean(),
  /** There is a link to somewhere. */
  running: z.boolean(),
  address: z.string(),
  netmask: z.string(),
  /** Default router; empty for none. */
  router: z.string(),
  /** Multicast groups joined. */
  groups: z.array(z.string()),
  counts: z.object({
    rxPackets: count,
    rxBytes: count,
    rxErrors: count,
    rxDropped: count,
    txPackets: count,
    txBytes: count,
    txErrors: count,
    txDropped: count,
  }),
});
export type InterfaceSnapshot = z.infer<typeof InterfaceSnapshot>;

/** Bytes that wait, and how many may at most; null where there is no such queue. */
const queue = z.object({ bytes: z.int(), limit: z.int() }).nullable();

export const SocketSnapshot = z.object({
  id: z.int(),
  kind: z.enum(['udp', 'tcp', 'icmp', 'packet', 'local']),
  /** `LISTEN`, `ESTABLISHED`, `bound`, ... */
  state: z.string(),
  /** `10.0.0.2:80`, `*:80`, a path, an interface. Empty for none. */
  local: z.string(),
  peer: z.string(),
  receive: queue,
  send: queue,
  /** What else is to be known: a backlog, retransmissions, windows, groups. */
  detail: z.string(),
  /** Descriptors of it: task group and number. */
  owners: z.array(z.object({ group: z.int(), fd: z.int() })),
  /** Tasks that wait in a call on it. */
  waiting: z.array(z.int()),
  /** Name of the error that waits to be told; empty for none. */
  error: z.string(),
});
export type SocketSnapshot = z.infer<typeof SocketSnapshot>;

export const ArpSnapshot = z.object({
  address: z.string(),
  /** Empty while it is asked for. */
  mac: z.string(),
  interface: z.string(),
  /** `known`, `permanent`, or `asked 2 times, 1 waiting`. */
  state: z.string(),
  /** Virtual time at which it was heard last; null for one that is permanent, or was not heard. */
  heardNs: z.number().nullable(),
});
export type ArpSnapshot = z.infer<typeof ArpSnapshot>;

export const RouteSnapshot = z.object({
  destination: z.string(),
  netmask: z.string(),
  /** Empty: it is on the interface's own network. */
  router: z.string(),
  interface: z.string(),
  /** `network`: of an interface; `table`: somebody has set it; `default`. */
  kind: z.string(),
});
export type RouteSnapshot = z.infer<typeof RouteSnapshot>;

/** I/O buffers. */
export const BufferSnapshot = z.object({
  total: z.int(),
  size: z.int(),
  free: z.int(),
  lowest: z.int(),
  failed: z.int(),
});

// --- What is between boards ----------------------------------------------------------------------------------------

const share = z.number().min(0).max(1);
const delay = z.number().min(0).max(1e12);
/** Nanoseconds that may be below zero. */
const difference = z.number().min(-1e12).max(1e12);

/** One for each way: from the first end to the second, and back. */
const bothWays = <T extends z.ZodType>(type: T) => z.tuple([type, type]);

export const LinkSettings = z.object({
  up: z.boolean(),
  bitsPerSecond: z.number().min(1000).max(1e12),
  /** Nanoseconds. */
  delayNs: bothWays(delay),
  /** `ns`: half the width, the standard deviation, or the mean. */
  jitter: bothWays(z.object({ shape: z.enum(['none', 'uniform', 'normal', 'exponential']), ns: delay })),
  /** Every so often, for a while, frames take longer; 0 for none. Means of both times, and by how much. */
  bursts: bothWays(z.object({ everyNs: delay, lastingNs: delay, delayNs: delay })),
  /** By how much longer the first way is than the one back. */
  asymmetryNs: difference,
  /** Other traffic: its share of the link, and lengths of its frames in bytes. */
  load: bothWays(
    z.object({ share: z.number().min(0).max(0.99), sizes: z.array(z.int().min(60).max(1518)).min(1).readonly() }),
  ),
  loss: bothWays(share),
  duplicate: bothWays(share),
  reorder: bothWays(share),
  corrupt: bothWays(share),
});
export type LinkSettings = z.infer<typeof LinkSettings>;

export const LinkSnapshot = z.object({
  /** What it is known by in requests. */
  id: z.string(),
  /** Ports: `left/eth0`, `switch0/3`, or `host:NAME`. */
  ends: bothWays(z.string()),
  /** There is a cable at each end. */
  plugged: bothWays(z.boolean()),
  settings: LinkSettings,
  /** Of each direction, by what is counted: frames, bytes, lost, ... */
  counts: bothWays(z.record(z.string(), count)),
});
export type LinkSnapshot = z.infer<typeof LinkSnapshot>;

/** What a switch does with PTP's messages: it may be a transparent clock, which may be faulty. */
export const TransparentSettings = z.object({
  clock: z.enum(['none', 'e2e', 'p2p']),
  twoStep: z.boolean(),
  /** What is wrong with its corrections: they are of the wrong sign, missing, or too large by `errorNs`. */
  fault: z.enum(['none', 'sign', 'missing', 'constant']),
  errorNs: z.number().min(-1e9).max(1e9),
});
export type TransparentSettings = z.infer<typeof TransparentSettings>;

export const SwitchSnapshot = z.object({
  name: z.string(),
  ptp: TransparentSettings,
  ports: z.array(
    z.object({
      name: z.string(),
      /** Bytes that wait. */
      queued: count,
      counts: z.record(z.string(), count),
      macs: z.array(z.string()),
      groups: z.array(z.string()),
      /** Of a peer-to-peer transparent clock, the delay of the link as it has measured it, nanoseconds. */
      peerDelayNs: z.number().nullable(),
    }),
  ),
});
export type SwitchSnapshot = z.infer<typeof SwitchSnapshot>;

/** Part of a snapshot: interfaces to buffers are of the board that is looked at, links and switches of the bench. */
export const NetworkSnapshot = z.object({
  interfaces: z.array(InterfaceSnapshot),
  sockets: z.array(SocketSnapshot),
  arp: z.array(ArpSnapshot),
  routes: z.array(RouteSnapshot),
  /** Null without CONFIG_NET. */
  buffers: BufferSnapshot.nullable(),
  links: z.array(LinkSnapshot),
  switches: z.array(SwitchSnapshot),
  /** Packets captured since boot, of all boards. */
  packets: count,
});
export type NetworkSnapshot = z.infer<typeof NetworkSnapshot>;

/** Requests about links, by method. */
export const linkMethods = {
  /** Changes a link from now on. */
  setLink: { params: z.object({ link: name, settings: LinkSettings.partial() }), result: nothing },
  /** Changes a switch from now on. */
  setSwitch: { params: z.object({ switch: name, ptp: TransparentSettings.partial() }), result: nothing },
  /** Puts the cable into a port of a board that no link joins, or takes it out. */
  plugPort: { params: z.object({ port: name, plugged: z.boolean() }), result: nothing },
} as const;

// --- This computer's network ---------------------------------------------------------------------------------------

const tcpPort = z.int().min(1).max(65535);
/** `127.0.0.1:9000` */
const endpoint = z.string().regex(/^[^\s:]+:\d{1,5}$/, 'an address and a port: 127.0.0.1:9000');

export const PortForward = z.object({ protocol: z.enum(['tcp', 'udp']), hostPort: tcpPort, boardPort: tcpPort });
export type PortForward = z.infer<typeof PortForward>;

/** `tcp:8080->80`: this computer's port 8080 leads to the board's port 80. */
export const formatForward = ({ protocol, hostPort, boardPort }: PortForward): string =>
  `${protocol}:${hostPort}->${boardPort}`;

/** Reads what {@link formatForward} writes. @throws Error saying how it is written */
export function parseForward(text: string): PortForward {
  const [, protocol, hostPort, boardPort] = /^(tcp|udp):(\d+)->(\d+)$/.exec(text.trim()) ?? [];
  const forward = PortForward.safeParse({ protocol, hostPort: Number(hostPort), boardPort: Number(boardPort) });
  if (forward.success) return forward.data;
  throw new Error(
    `"${text.trim()}" forwards no port: write tcp:8080->80 or udp:5000->5000, with ports from 1 to 65535.`,
  );
}

/** How a board's port is joined to this computer's network. */
export const HostConnection = z.discriminatedUnion('type', [
  /** Through sockets of this computer, on an interface of it (null: as its routes say); needs no privilege. */
  z.object({
    type: z.literal('user'),
    interface: z.string().max(64).nullable(),
    forwards: z.array(PortForward).max(64),
  }),
  /** An interface of this computer, which is made if there is none of that name; `address` is what it gets then. */
  z.object({
    type: z.literal('tap'),
    device: z.string().regex(/^[A-Za-z0-9_.-]{1,15}$/, 'the name of an interface'),
    address: z
      .string()
      .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'an address and its prefix: 10.0.0.1/24')
      .nullable()
      .default(null),
  }),
  /** Ethernet frames in UDP datagrams. */
  z.object({ type: z.literal('datagram'), local: endpoint, remote: endpoint }),
]);
export type HostConnection = z.infer<typeof HostConnection>;

/** How well it is known when frames pass a port of this computer: what PTP can make of it at best. */
export const HostStamps = z.object({
  /** Where the times are taken, in words. */
  text: z.string(),
  /** Standard deviation of a reading at best, on a computer that has little else to do, nanoseconds. */
  floorNs: z.number().min(0),
  /** By how much the last frames left later than their stamps say: half of them by less, and the latest one. */
  lateNs: z.object({ median: z.number(), most: z.number() }).nullable(),
});
export type HostStamps = z.infer<typeof HostStamps>;

/** A port that can be joined to this computer's network, and how it is. */
export const HostPort = z.object({
  /** `controller/eth0`, or `host:NAME` of a bench. */
  id: z.string(),
  connection: HostConnection.nullable(),
  status: z.enum(['off', 'opening', 'open', 'failed']),
  /** What went wrong and what to do about it, or what is good to know. */
  message: z.string().nullable(),
  /** Frames and bytes since it was connected. */
  toBoard: z.object({ frames: count, bytes: count }),
  fromBoard: z.object({ frames: count, bytes: count }),
  /** Null while it is joined to nothing. */
  stamps: HostStamps.nullable(),
});
export type HostPort = z.infer<typeof HostPort>;

export const HostInterface = z.object({
  name: z.string(),
  mac: z.string(),
  addresses: z.array(z.string()),
  up: z.boolean(),
  /** `tap` can be connected to as a TAP. */
  kind: z.enum(['ethernet', 'wireless', 'loopback', 'tap', 'other']),
});
export type HostInterface = z.infer<typeof HostInterface>;

/** Requests about this computer's network, by method. */
export const hostNetworkMethods = {
  listInterfaces: { params: nothing, result: z.object({ interfaces: z.array(HostInterface) }) },
  /** Joins a port, which no longer is what it was joined to before. What does not open is told by the event. */
  connectNetwork: { params: z.object({ port: name, connection: HostConnection }), result: nothing },
  disconnectNetwork: { params: z.object({ port: name }), result: nothing },
  /** Writes all that came from outside since boot to a file, for `tickscope run --replay`; gives its path. */
  saveInputs: { params: nothing, result: z.object({ file: z.string() }) },
} as const;

export const hostNetworkEvents = {
  hostPorts: z.array(HostPort),
} as const;

// --- Packets -------------------------------------------------------------------------------------------------------

/** What is captured of the boards since boot, or a file that was opened. */
export const PacketSource = z.enum(['live', 'file']);
export type PacketSource = z.infer<typeof PacketSource>;

export const PacketRow = z.object({
  /** From one on, since boot; it stays the same when others are forgotten. */
  number: z.number(),
  /** At which the end of its start delimiter passed the port; of a file since its first packet. */
  timeNs: z.number(),
  /** `left/eth0` */
  interface: z.string(),
  direction: z.enum(['in', 'out', '']),
  source: z.string(),
  destination: z.string(),
  protocol: z.string(),
  /** Bytes. */
  length: z.int(),
  info: z.string(),
  /** `problem`: something went wrong, as the info says; `end`: a connection begins or ends, or is reset. */
  mark: z.enum(['', 'problem', 'end']),
});
export type PacketRow = z.infer<typeof PacketRow>;

/** What is wrong with a filter, and where in it. */
export const FilterError = z.object({ message: z.string(), from: z.int(), to: z.int() });
export type FilterError = z.infer<typeof FilterError>;

/** A line of the decode tree. */
export interface PacketField {
  /** What filters call it; empty for what they do not know. */
  name: string;
  text: string;
  /** A filter that finds packets with the same; empty for none. */
  filter: string;
  /** Bytes of the packet. */
  from: number;
  to: number;
  /** A remark of the analysis. */
  problem: boolean;
  children: PacketField[];
}
export const PacketField: z.ZodType<PacketField> = z.lazy(() =>
  z.object({
    name: z.string(),
    text: z.string(),
    filter: z.string(),
    from: z.int(),
    to: z.int(),
    problem: z.boolean(),
    children: z.array(PacketField),
  }),
);

export const PacketDetail = z.object({
  row: PacketRow,
  bytes: z.instanceof(Uint8Array),
  tree: z.array(PacketField),
  /** The event that sent or received it. */
  event: z.object({ board: z.string(), number: z.number() }).nullable(),
  /** The TCP or UDP conversation that it is of. */
  stream: z.object({ protocol: z.enum(['tcp', 'udp']), id: z.int() }).nullable(),
});
export type PacketDetail = z.infer<typeof PacketDetail>;

const source = { source: PacketSource };
const filter = z.string().max(2000);
const packetNumber = z.number().min(0);
export const MAX_PACKET_ROWS = 500;
export const MAX_CAPTURE_BYTES = 64 * 1024 * 1024;

/** What both ends of a conversation said. */
export const FollowedStream = z.object({
  /** `10.0.0.2:80`; the first is the one that began. */
  ends: z.tuple([z.string(), z.string()]),
  pieces: z.array(
    z.object({
      end: z.literal([0, 1]),
      packet: packetNumber,
      /** Bytes before these that were not captured. */
      missing: count,
      data: z.instanceof(Uint8Array),
    }),
  ),
  /** It is longer than what is given. */
  cut: z.boolean(),
});
export type FollowedStream = z.infer<typeof FollowedStream>;

/** Requests about packets, by method. */
export const packetMethods = {
  /**
   * Rows, by their place among those that the filter lets through. A filter is applied bit by bit: when `examined` is less
   * than `total`, ask again.
   */
  /** `from` below zero counts from the end; what is given begins at the `from` of the answer. */
  packets: {
    params: z.object({ ...source, filter, from: z.int(), count: z.int().min(0).max(MAX_PACKET_ROWS) }),
    result: z.object({
      from: count,
      rows: z.array(PacketRow),
      matched: count,
      examined: count,
      /** Held, and forgotten before them. */
      total: count,
      forgotten: count,
      error: FilterError.nullable(),
    }),
  },
  packet: { params: z.object({ ...source, number: packetNumber }), result: PacketDetail },
  /** The place of a packet among those that the filter lets through, or of the next one; null when there is none. */
  packetPlace: {
    params: z.object({ ...source, filter, number: packetNumber }),
    result: z.object({ place: z.int().nullable() }),
  },
  /** The packet that an event of a board sent or received. */
  packetOfEvent: {
    params: z.object({ board: z.string(), event: z.number() }),
    result: z.object({ number: packetNumber.nullable() }),
  },
  /** What the two ends of a conversation said to each other, in the order of the stream. */
  followStream: {
    params: z.object({ ...source, protocol: z.enum(['tcp', 'udp']), id: z.int() }),
    result: FollowedStream,
  },
  /** Names that filters know. */
  packetFields: {
    params: nothing,
    result: z.object({ fields: z.array(z.object({ name: z.string(), title: z.string(), kind: z.string() })) }),
  },
  /** A pcapng file of what the filter lets through. */
  savePackets: { params: z.object({ ...source, filter }), result: z.object({ data: z.instanceof(Uint8Array) }) },
  /** Opens a pcapng or pcap file; another one that was open is no longer. */
  openPackets: {
    params: z.object({
      name: z.string().max(255),
      data: z
        .instanceof(Uint8Array)
        .refine((data) => data.length <= MAX_CAPTURE_BYTES, 'the file has more than 64 MiB: save a part of it'),
    }),
    result: z.object({ packets: count }),
  },
} as const;
