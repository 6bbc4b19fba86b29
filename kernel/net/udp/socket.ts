/** UDP sockets (RFC 768; NuttX: net/udp). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { INADDR_ANY, INADDR_LOOPBACK } from '../address';
import {
  datagramFields,
  discardDatagrams,
  pollDatagrams,
  readableBytes,
  receiveDatagram,
  sentOrWait,
  shutDatagrams,
  type DatagramSocket,
} from '../datagram';
import { changeMembership, IPPROTO_IP, IpOption, isBindable, leaveGroups, wayTo, type JoinedGroup } from '../inet';
import { IPV4_HEADER, Protocol } from '../ipv4/header';
import { ipv4Output } from '../ipv4/output';
import { ephemeralPort } from '../port';
import { isBroadcast } from '../arp/neighbors';
import { route } from '../route';
import { Message, Shut, takeError } from '../socket';
import type { OutMessage, Socket, SocketAddress, SocketOperations } from '../socket';
import { stampRequest } from '../timestamp';
import { UDP_HEADER, udpDatagram } from './header';

export interface Endpoint {
  address: number;
  port: number;
}

export interface UdpSocket extends DatagramSocket {
  kind: 'udp';
  /** Port 0: not bound yet. */
  local: Endpoint;
  remote: Endpoint | null;
  groups: JoinedGroup[];
  /** The local address was not given by bind: it goes with the connection. */
  addressOfConnection: boolean;
}

/** Bytes of the longest message. */
const LONGEST = 65_535 - 20 - UDP_HEADER;

export const isUdp = (socket: Socket): socket is UdpSocket => socket.kind === 'udp';

export const udpSockets = ({ state }: Kernel): UdpSocket[] => [...state.net.sockets.values()].filter(isUdp);

const overlap = (a: number, b: number) => a === INADDR_ANY || b === INADDR_ANY || a === b;

/** Whether another socket has that port, at the same address, and does not share it. */
function isTaken(k: Kernel, socket: UdpSocket, address: number, port: number): boolean {
  return udpSockets(k).some(
    (other) =>
      other !== socket &&
      other.local.port === port &&
      overlap(other.local.address, address) &&
      !(other.options.reuseAddress && socket.options.reuseAddress) &&
      (other.options.device === 0 || socket.options.device === 0 || other.options.device === socket.options.device),
  );
}

function bindTo(k: Kernel, socket: UdpSocket, address: number, port: number): number {
  if (port !== 0 && isTaken(k, socket, address, port)) return -Errno.EADDRINUSE;
  const chosen = port || ephemeralPort(k, (each) => isTaken(k, socket, address, each));
  if (chosen < 0) return chosen;
  socket.local = { address, port: chosen };
  return 0;
}

/** One that is used without having been bound gets a port. */
const bindIfNeeded = (k: Kernel, socket: UdpSocket) =>
  socket.local.port === 0 ? bindTo(k, socket, socket.local.address, 0) : 0;

function bind(k: Kernel, socket: UdpSocket, address: SocketAddress): number {
  if (address.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (socket.local.port !== 0) return -Errno.EINVAL;
  if (!isBindable(k, address.address)) return -Errno.EADDRNOTAVAIL;
  return bindTo(k, socket, address.address, address.port);
}

function connect(k: Kernel, socket: UdpSocket, address: SocketAddress): number {
  if (address.family === 'unspec') return disconnect(socket);
  if (address.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (address.port === 0) return -Errno.EINVAL;
  // To nobody in particular is to oneself.
  const destination = address.address === INADDR_ANY ? INADDR_LOOPBACK : address.address;
  const way = route(k, destination, socket.options.device);
  if (!way) return -Errno.ENETUNREACH;
  if (isBroadcast(way.iface, destination) && !socket.options.broadcast) return -Errno.EACCES;
  const bound = bindIfNeeded(k, socket);
  if (bound < 0) return bound;
  if (socket.local.address === INADDR_ANY || socket.addressOfConnection) {
    socket.local.address = way.source;
    socket.addressOfConnection = true;
  }
  socket.remote = { address: destination, port: address.port };
  return 0;
}

function disconnect(socket: UdpSocket): number {
  socket.remote = null;
  if (socket.addressOfConnection) socket.local.address = INADDR_ANY;
  socket.addressOfConnection = false;
  return 0;
}

function send(k: Kernel, socket: UdpSocket, message: OutMessage, nonBlocking: boolean): number {
  const { to, length, flags, control } = message;
  const error = takeError(socket);
  if (error < 0) return error;
  if (flags & Message.OutOfBand) return -Errno.EOPNOTSUPP;
  if (socket.shut & Shut.Write) return -Errno.EPIPE;
  if (to && to.family !== 'inet') return -Errno.EAFNOSUPPORT;
  if (to && socket.remote) return -Errno.EISCONN;
  const remote = to ?? socket.remote;
  if (!remote) return -Errno.EDESTADDRREQ;
  if (remote.port === 0) return -Errno.EINVAL;
  if (length > LONGEST) return -Errno.EMSGSIZE;
  const bound = bindIfNeeded(k, socket);
  if (bound < 0) return bound;
  const destination = remote.address === INADDR_ANY ? INADDR_LOOPBACK : remote.address;
  const found = wayTo(k, socket.options, socket.local.address, destination, control);
  if (typeof found === 'number') return found;
  const { way, wanted, source, ttl, tos, loop } = found;
  const ports = { source, sourcePort: socket.local.port, destination, destinationPort: remote.port };
  const payload = udpDatagram(ports, message.gather(0, length));
  const datagram = { protocol: Protocol.Udp, source, destination, ttl, tos, loop, iface: wanted, payload };
  const sent = ipv4Output(k, { ...datagram, stamp: stampRequest(socket) });
  if (sent === 0) k.state.net.counts.udp.sent++;
  const isOneFrame = IPV4_HEADER + payload.length <= way.iface.mtu;
  return sentOrWait(k, socket, sent, length, nonBlocking, isOneFrame);
}

const endpoint = ({ address, port }: Endpoint): SocketAddress => ({ family: 'inet', address, port });

export const udpOperations: SocketOperations<UdpSocket> = {
  open(_k, socket) {
    const local = { address: INADDR_ANY, port: 0 };
    Object.assign(socket, datagramFields(), { local, remote: null, groups: [], addressOfConnection: false });
    return 0;
  },
  bind,
  connect,
  send,
  receive: receiveDatagram,
  poll: pollDatagrams,
  shutdown: (k, socket, how) => (socket.remote ? shutDatagrams(k, socket, how) : -Errno.ENOTCONN),
  close(k, socket) {
    leaveGroups(k, socket.groups);
    discardDatagrams(k, socket);
  },
  name: (_k, { local }) => endpoint(local),
  peer: (_k, { remote }) => remote && endpoint(remote),
  readable: readableBytes,
  setOption: (k, socket, level, option, value) =>
    level === IPPROTO_IP && (option === IpOption.AddMembership || option === IpOption.DropMembership)
      ? changeMembership(k, socket.groups, option, value)
      : undefined,
};
