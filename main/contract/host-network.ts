/**
 * The host's network: how ports of the bench that no link joins are joined to it, and what a renderer can ask of that.
 * Such a port is known by its board and its device: `controller/eth0`.
 */
import { z } from 'zod';

const nothing = z.object({});
const port = z.string().min(1).max(128);
const portNumber = z.int().min(1).max(65535);
/** `127.0.0.1:9000` */
const endpoint = z.string().regex(/^(\d{1,3}\.){3}\d{1,3}:\d{1,5}$/, 'an IPv4 address and a port: 127.0.0.1:9000');

/** What comes to a port of the host goes to a port of the board. */
export const Forward = z.object({ protocol: z.enum(['tcp', 'udp']), hostPort: portNumber, boardPort: portNumber });
export type Forward = z.infer<typeof Forward>;

/** What a port of the bench is joined to. */
export const HostNetwork = z.discriminatedUnion('type', [
  /** The board's UDP and TCP go out through the host's own sockets, on an interface or on whichever the host takes. */
  z.object({
    type: z.literal('user'),
    interface: z.string().min(1).max(64).nullable(),
    forwards: z.array(Forward).max(64),
  }),
  /** A TAP interface of the host, which is made if there is none; with an address (`10.0.0.1/24`) the host gets that. */
  z.object({
    type: z.literal('tap'),
    name: z.string().regex(/^[A-Za-z0-9_.-]{1,15}$/, 'at most 15 letters, digits, _ . -'),
    address: z
      .string()
      .regex(/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, 'an address and its prefix: 10.0.0.1/24')
      .nullable(),
  }),
  /** Whole frames in UDP datagrams, as QEMU's `-netdev dgram` and socat have them. */
  z.object({ type: z.literal('dgram'), local: endpoint, remote: endpoint }),
]);
export type HostNetwork = z.infer<typeof HostNetwork>;

const traffic = z.object({
  frames: z.int(),
  bytes: z.int(),
  /** Frames that found no room, in a queue or at the other end. */
  dropped: z.int(),
});

/** A port that can be joined to the host's network. */
export const HostPort = z.object({
  id: port,
  network: HostNetwork.nullable(),
  /** `off`: joined to nothing; `failed`: as `message` says. While one is `connected`, the boards run in real time at most. */
  status: z.enum(['off', 'connecting', 'connected', 'failed']),
  /** What went wrong and what to do about it, or something to know of what works: `gateway 10.0.0.1, 3 connections`. */
  message: z.string().nullable(),
  toBoard: traffic,
  fromBoard: traffic,
});
export type HostPort = z.infer<typeof HostPort>;

/** A network interface of this computer. */
export const HostInterface = z.object({
  name: z.string(),
  mac: z.string(),
  /** `192.168.1.7/24` */
  addresses: z.array(z.string()),
  /** The loopback. */
  internal: z.boolean(),
});
export type HostInterface = z.infer<typeof HostInterface>;

/** Requests, by method: spread into those of the host. */
export const hostNetworkMethods = {
  listInterfaces: { params: nothing, result: z.object({ interfaces: z.array(HostInterface) }) },
  /** Joins a port; what it was joined to before is left. Answers when it is joined, or says why it cannot be. */
  connectNetwork: { params: z.object({ port, network: HostNetwork }), result: nothing },
  disconnectNetwork: { params: z.object({ port }), result: nothing },
  /** Writes everything that came from outside since boot to a file, for `tickscope run --replay`; gives its path. */
  saveInputs: { params: nothing, result: z.object({ file: z.string() }) },
} as const;

/** Events, by name: spread into those of the host. */
export const hostNetworkEvents = {
  hostPorts: z.array(HostPort),
} as const;
