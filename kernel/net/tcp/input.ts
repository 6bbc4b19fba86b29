/** TCP segments that come in (NuttX: net/tcp/tcp_input.c): whose they are, and who else they are answered by. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { arc4random } from '../../random';
import { INADDR_ANY } from '../address';
import type { TransportError } from '../icmp/input';
import { Protocol, type Ipv4Packet } from '../ipv4/header';
import { ipv4Output } from '../ipv4/output';
import { acceptTcp } from './handshake';
import { segmentArrives } from './arrival';
import { buildSegment, Flag, parseSegment, resetFor, type Segment } from './segment';
import { isBefore } from './sequence';
import { icmpArrives } from './stream';
import { expire } from './timers';
import { end, takeEvents, TcpEvent, type Endpoint } from './connection';
import {
  addRecord,
  feed,
  findRecord,
  ownerOf,
  recordOf,
  removeRecord,
  settingsFor,
  settle,
  tcpSockets,
  type TcpRecord,
  type TcpSocket,
} from './table';
import { socketReady } from '../socket';
import { PollEvent } from '../../fs/poll';

/** Handshakes that are under way at once; and how old one has to be, in ticks, to make way for another. */
const MOST_HALF_OPEN = 64;
const STALE_TICKS = 100;
const TTL = 64;

/** A datagram with a segment has come in. */
export function tcpInput(k: Kernel, packet: Ipv4Packet): void {
  const { source, destination, payload, isGroup } = packet;
  const { tcp } = k.state.net.counts;
  tcp.received++;
  const segment = isGroup ? null : parseSegment(payload, source, destination);
  if (!segment) {
    tcp.dropped++;
    if (!isGroup) tcp.checksum++;
    return;
  }
  if (segment.flags & Flag.Rst) tcp.resets++;
  const local = { address: destination, port: segment.destinationPort };
  const remote = { address: source, port: segment.sourcePort };
  const record = findRecord(k, local, remote);
  if (record && !isReopened(k, record, segment)) return arrive(k, record, segment);
  const listener = listenerAt(k, local);
  if (listener && (segment.flags & (Flag.Syn | Flag.Ack | Flag.Rst)) === Flag.Syn) {
    answerSyn(k, listener, packet, segment, local, remote);
  } else reset(k, segment, local, remote);
}

function arrive(k: Kernel, record: TcpRecord, segment: Segment): void {
  const { connection: c } = record;
  const listener = k.state.net.sockets.get(record.listener) as TcpSocket | undefined;
  // The last segment of the handshake is not heard as long as there is nobody who could accept the connection.
  if (c.state === 'syn-received' && listener && isFull(listener)) return;
  const events = segmentArrives(c, segment, ownerOf(k, record));
  if (events & TcpEvent.Connected && listener) {
    listener.listening!.queue.push(record.id);
    socketReady(k, listener, PollEvent.In);
  }
  settle(k, record, events);
}

const isFull = ({ listening }: TcpSocket) => listening!.queue.length >= listening!.backlog;

/** In TIME-WAIT, a new connection between the same endpoints may take its place (RFC 9293, section 3.10.7.4). */
function isReopened(k: Kernel, record: TcpRecord, { flags, sequence }: Segment): boolean {
  const { connection: c } = record;
  const isNew = c.state === 'time-wait' && (flags & (Flag.Syn | Flag.Ack | Flag.Rst)) === Flag.Syn;
  if (!isNew || record.socket !== 0 || !isBefore(c.receive.next, sequence)) return false;
  removeRecord(k, record);
  return true;
}

function listenerAt(k: Kernel, { address, port }: Endpoint): TcpSocket | undefined {
  const found = tcpSockets(k).filter(({ listening, local }) => listening && local.port === port);
  return (
    found.find(({ local }) => local.address === address) ?? found.find(({ local }) => local.address === INADDR_ANY)
  );
}

/** Somebody would connect. With the table full, only one who has not answered for long makes way. */
function answerSyn(
  k: Kernel,
  listener: TcpSocket,
  { iface }: Ipv4Packet,
  segment: Segment,
  local: Endpoint,
  remote: Endpoint,
): void {
  const { counts, tcp } = k.state.net;
  const { connections } = tcp;
  if (isFull(listener)) {
    counts.tcp.synDropped++;
    return;
  }
  const halfOpen = [...connections.values()].filter(({ connection }) => connection.state === 'syn-received');
  if (halfOpen.length >= MOST_HALF_OPEN) {
    const [oldest] = halfOpen;
    counts.tcp.synDropped++;
    if (k.state.ticks - oldest!.since < STALE_TICKS) return;
    removeRecord(k, oldest!);
  }
  const settings = settingsFor(listener, iface.mtu);
  const initial = arc4random(k) >>> 0;
  addRecord(k, { socket: 0, listener: listener.id }, (owner) =>
    acceptTcp(local, remote, segment, initial, settings, owner),
  );
}

/** What belongs to nobody. */
function reset(k: Kernel, segment: Segment, local: Endpoint, remote: Endpoint): void {
  const answer = resetFor(segment);
  if (!answer) return;
  const payload = buildSegment(answer, local.address, remote.address);
  const way = { protocol: Protocol.Tcp, source: local.address, destination: remote.address };
  k.state.net.counts.tcp.sent++;
  ipv4Output(k, { ...way, payload, ttl: TTL, tos: 0 });
}

/** What became of a segment that the board has sent, as ICMP says, or ARP. */
export function tcpError(k: Kernel, error: TransportError): void {
  const { source, sourcePort, destination, destinationPort, errno, mtu, sequence } = error;
  const local = { address: source, port: sourcePort };
  const record = findRecord(k, local, { address: destination, port: destinationPort });
  if (!record) return;
  const { connection: c } = record;
  // About something that is not on its way, a forger says it (RFC 5927, section 4.1).
  if (isBefore(sequence, c.send.unacknowledged) || !isBefore(sequence, c.send.highest)) return;
  settle(k, record, icmpArrives(c, errno, ownerOf(k, record), mtu));
}

/**
 * The interface with that address goes down, or has another from now on: its connections are over (NuttX: NETDEV_DOWN).
 * Who waits gets ENETDOWN, who still connects ENETUNREACH.
 */
export function tcpNetworkDown(k: Kernel, address: number): void {
  for (const record of [...k.state.net.tcp.connections.values()]) {
    const { connection: c } = record;
    if (c.local.address !== address || c.state === 'closed') continue;
    end(c, c.state === 'syn-sent' ? Errno.ENETUNREACH : Errno.ENETDOWN);
    settle(k, record, takeEvents(c));
  }
}

/** The timer of a connection has expired; 0: that of those who wait for buffers. */
export function tcpTimer(k: Kernel, id: number): void {
  if (id === 0) return feed(k);
  const record = recordOf(k, id)!;
  record.tick = 0;
  settle(k, record, expire(record.connection, ownerOf(k, record)));
}
