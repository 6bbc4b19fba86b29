/** Options of sockets (manual 2.11.10 and 2.11.11; NuttX: net/socket/setsockopt.c, getsockopt.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { INADDR_ANY } from './address';
import { get32, put32 } from './bytes';
import { interfaceAt, IPPROTO_IP, IpOption } from './inet';
import { interfaceNamed } from './netdev';
import { Domain } from './protocols';
import { operationsOf, socketOf, type Socket, type SocketOptions } from './socket';

const SOL_SOCKET = 1;

/** SO_... of sys/socket.h. */
const Option = {
  Listening: 0, Broadcast: 1, Debug: 2, DontRoute: 3, Error: 4, KeepAlive: 5, Linger: 6, OobInline: 7, ReceiveBuffer: 8,
  ReceiveLowest: 9, ReceiveTimeout: 10, ReuseAddress: 11, SendBuffer: 12, SendLowest: 13, SendTimeout: 14, Type: 15,
  Timestamp: 16, BindToDevice: 17, TimestampNs: 35, Timestamping: 37, Protocol: 38, Domain: 39,
} as const; // prettier-ignore

const NSEC_PER_SEC = 1_000_000_000;
const USEC_PER_SEC = 1_000_000;
/** Ticks of a limit are kept in 32 bits. */
const MOST_TICKS = 0x7fff_ffff;
const SMALLEST_BUFFER = 256;
/** SOF_TIMESTAMPING_..., as many as there are. */
const STAMPING_MASK = 0xfff;

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const word = (value: number) => new Uint8Array(Int32Array.of(value).buffer);

/** How an option is set, and how it is told. A negated errno: the value makes no sense. */
interface Access {
  /** Bytes that it takes at least. */
  size: number;
  set?(k: Kernel, options: SocketOptions, value: Uint8Array): number;
  get?(k: Kernel, socket: Socket): Uint8Array;
}

type Keys<T> = { [K in keyof SocketOptions]: SocketOptions[K] extends T ? K : never }[keyof SocketOptions];

/** A flag that is an int in C. */
const flag = (name: Keys<boolean>): Access => ({
  size: 4,
  set(_k, options, value) {
    options[name] = view(value).getInt32(0, true) !== 0;
    return 0;
  },
  get: (_k, { options }) => word(options[name] ? 1 : 0),
});

/** A number within bounds, in an int or a byte. */
const number = (name: 'tos' | 'ttl' | 'multicastTtl' | 'timestamping', least: number, most: number): Access => ({
  size: 1,
  set(_k, options, value) {
    const given = value.length < 4 ? value[0]! : view(value).getInt32(0, true);
    if (given < least || given > most) return -Errno.EINVAL;
    options[name] = given;
    return 0;
  },
  get: (_k, { options }) => word(options[name]),
});

const bufferSize = (name: 'receiveBuffer' | 'sendBuffer'): Access => ({
  size: 4,
  set({ state }, options, value) {
    const bytes = view(value).getInt32(0, true);
    if (bytes < 0) return -Errno.EINVAL;
    const { total, size } = state.net.iobs;
    options[name] = Math.min(Math.max(bytes, SMALLEST_BUFFER), total * size);
    return 0;
  },
  get: (_k, { options }) => word(options[name]),
});

/** A struct timeval. EDOM: it cannot be kept, or is no time. */
const timeout = (name: 'receiveTimeout' | 'sendTimeout'): Access => ({
  size: 16,
  set({ state }, options, value) {
    const [sec, usec] = [Number(view(value).getBigInt64(0, true)), Number(view(value).getBigInt64(8, true))];
    const ticks = Math.ceil((sec * NSEC_PER_SEC + usec * 1000) / state.settings.tickNs);
    if (usec < 0 || usec >= USEC_PER_SEC || ticks < 0 || ticks > MOST_TICKS) return -Errno.EDOM;
    options[name] = ticks;
    return 0;
  },
  get({ state }, { options }) {
    const ns = options[name] * state.settings.tickNs;
    const sec = Math.floor(ns / NSEC_PER_SEC);
    return new Uint8Array(BigInt64Array.of(BigInt(sec), BigInt((ns - sec * NSEC_PER_SEC) / 1000)).buffer);
  },
});

const linger: Access = {
  size: 8,
  set(_k, options, value) {
    const [on, seconds] = [view(value).getInt32(0, true), view(value).getInt32(4, true)];
    if (seconds < 0) return -Errno.EINVAL;
    options.linger = on === 0 ? null : seconds;
    return 0;
  },
  get: (_k, { options }) => new Uint8Array(Int32Array.of(options.linger === null ? 0 : 1, options.linger ?? 0).buffer),
};

const bindToDevice: Access = {
  size: 0,
  set(k, options, value) {
    const name = String.fromCharCode(...value).replace(/\0.*/s, '');
    const found = name === '' ? null : interfaceNamed(k, name);
    if (found === undefined) return -Errno.ENODEV;
    options.device = found?.index ?? 0;
    return 0;
  },
  get(k, { options }) {
    const name = interfaceAt(k, options.device)?.name ?? '';
    return Uint8Array.from(`${name}\0`, (letter) => letter.charCodeAt(0));
  },
};

/** The interface's address, a struct ip_mreq or a struct ip_mreqn. */
const multicastInterface: Access = {
  size: 4,
  set(k, options, value) {
    const address = get32(value, value.length >= 8 ? 4 : 0);
    const index = value.length >= 12 ? view(value).getInt32(8, true) : 0;
    if (index === 0 && address === INADDR_ANY) {
      options.multicastInterface = 0;
      return 0;
    }
    const { interfaces } = k.state.net;
    const found = index === 0 ? interfaces.find((each) => each.address === address) : interfaceAt(k, index);
    if (!found) return -Errno.EADDRNOTAVAIL;
    options.multicastInterface = found.index;
    return 0;
  },
  get(k, { options }) {
    const bytes = new Uint8Array(4);
    put32(bytes, 0, interfaceAt(k, options.multicastInterface)?.address ?? 0);
    return bytes;
  },
};

/** What NuttX takes, and nothing comes of. */
const ignored: Access = { size: 4, set: () => 0, get: () => word(0) };

const tells = (get: (socket: Socket) => number): Access => ({ size: 0, get: (_k, socket) => word(get(socket)) });

const error: Access = tells((socket) => {
  const { error: errno } = socket;
  socket.error = 0;
  return errno;
});

const ofSockets: Readonly<Record<number, Access>> = {
  [Option.Listening]: tells(() => 0),
  [Option.Broadcast]: flag('broadcast'),
  [Option.Debug]: ignored,
  [Option.DontRoute]: ignored,
  [Option.Error]: error,
  [Option.KeepAlive]: flag('keepAlive'),
  [Option.Linger]: linger,
  [Option.OobInline]: flag('urgentInline'),
  [Option.ReceiveBuffer]: bufferSize('receiveBuffer'),
  [Option.ReceiveTimeout]: timeout('receiveTimeout'),
  [Option.ReuseAddress]: flag('reuseAddress'),
  [Option.SendBuffer]: bufferSize('sendBuffer'),
  [Option.SendTimeout]: timeout('sendTimeout'),
  [Option.Type]: tells(({ type }) => type),
  [Option.Timestamp]: flag('timestamp'),
  [Option.BindToDevice]: bindToDevice,
  [Option.TimestampNs]: flag('timestampNs'),
  [Option.Timestamping]: number('timestamping', 0, STAMPING_MASK),
  [Option.Protocol]: tells(({ protocol }) => protocol),
  [Option.Domain]: tells(({ domain }) => domain),
};

const ofIpv4: Readonly<Record<number, Access>> = {
  [IpOption.MulticastIf]: multicastInterface,
  [IpOption.MulticastTtl]: number('multicastTtl', 0, 255),
  [IpOption.MulticastLoop]: {
    ...flag('multicastLoop'),
    size: 1,
    set(_k, options, value) {
      options.multicastLoop = value.some((byte) => byte !== 0);
      return 0;
    },
  },
  [IpOption.PacketInfo]: flag('packetInfo'),
  [IpOption.Tos]: number('tos', 0, 255),
  [IpOption.Ttl]: number('ttl', 1, 255),
};

function accessOf({ domain }: Socket, level: number, option: number): Access | undefined {
  if (level === SOL_SOCKET) return ofSockets[option];
  return level === IPPROTO_IP && domain === Domain.Inet ? ofIpv4[option] : undefined;
}

/**
 * Manual 2.11.10. Sets an option.
 *
 * @returns 0, or -EBADF; -ENOTSOCK; -EFAULT: no value; -EINVAL: too short, or one that makes no sense; -EDOM: a limit that is
 *   too long; -ENOPROTOOPT: no such option, or none that can be set; -ENODEV, -EADDRNOTAVAIL: no such interface; -EADDRINUSE:
 *   it is in that group already
 */
export function setsockopt(
  k: Kernel,
  fd: number,
  level: number,
  option: number,
  value: number,
  length: number,
): number {
  const socket = socketOf(k, fd);
  if (typeof socket === 'number') return socket;
  if (value === 0 && length > 0) return -Errno.EFAULT;
  if (length < 0 || length > MOST_BYTES) return -Errno.EINVAL;
  const bytes = k.memory.slice(value, length).slice();
  const own = operationsOf(socket).setOption?.(k, socket, level, option, bytes);
  if (own !== undefined) return own;
  const access = accessOf(socket, level, option);
  if (!access?.set) return -Errno.ENOPROTOOPT;
  if (bytes.length < access.size) return -Errno.EINVAL;
  const result = access.set(k, socket.options, bytes);
  operationsOf(socket).optionsChanged?.(k, socket);
  return result;
}

/** No option is longer. */
const MOST_BYTES = 4096;

/**
 * Manual 2.11.11. Stores what an option is, as much of it as there is room for, and how long it is.
 *
 * @returns 0, or -EBADF; -ENOTSOCK; -EFAULT: nowhere to store it; -EINVAL: the room is negative; -ENOPROTOOPT: no such option
 */
export function getsockopt(
  k: Kernel,
  fd: number,
  level: number,
  option: number,
  value: number,
  lengthAt: number,
): number {
  const socket = socketOf(k, fd);
  if (typeof socket === 'number') return socket;
  if (value === 0 || lengthAt === 0) return -Errno.EFAULT;
  const room = k.memory.load32(lengthAt);
  if (room < 0) return -Errno.EINVAL;
  const bytes =
    operationsOf(socket).getOption?.(k, socket, level, option) ?? accessOf(socket, level, option)?.get?.(k, socket);
  if (!bytes) return -Errno.ENOPROTOOPT;
  const count = Math.min(room, bytes.length);
  k.memory.slice(value, count).set(bytes.subarray(0, count));
  k.memory.store32(lengthAt, count);
  return 0;
}
