/** What a board's network shows of itself, and the bench's. */
import type { Bench } from '../../../boards/bench';
import { Errno } from '../../../kernel/errno';
import { arpEntries } from '../../../kernel/net/arp/neighbors';
import { INADDR_ANY, ipv4Text, macText } from '../../../kernel/net/address';
import type { DatagramSocket } from '../../../kernel/net/datagram';
import type { LocalSocket } from '../../../kernel/net/local/socket';
import { operationsOf, type Socket, type SocketAddress } from '../../../kernel/net/socket';
import { InterfaceFlag, type Interface } from '../../../kernel/net/state';
import { recordOf, type TcpRecord, type TcpSocket } from '../../../kernel/net/tcp/table';
import type { UdpSocket } from '../../../kernel/net/udp/socket';
import type { NetworkSnapshot, SocketSnapshot } from '../../contract/network';
import { pidsOf, tickTime, type Target } from './target';

type BoardPart = Omit<NetworkSnapshot, 'links' | 'switches' | 'packets'>;
export type BenchPart = Pick<NetworkSnapshot, 'links' | 'switches' | 'packets'>;

/** What is of the board. */
export function boardNetwork(target: Target): BoardPart {
  const { net } = target.machine.kernel.state;
  const { total, size, free, lowest, failed } = net.iobs;
  return {
    interfaces: net.interfaces.map(interfaceSnapshot),
    sockets: [...net.sockets.values()].map((socket) => socketSnapshot(target, socket)),
    arp: arpSnapshots(target),
    routes: routeSnapshots(target),
    buffers: total === 0 ? null : { total, size, free, lowest, failed },
  };
}

/** What is between boards; `packets` were captured since boot. */
export function benchNetwork(bench: Bench, packets: number): BenchPart {
  return {
    links: bench.links.map(({ name, ends, plugged, settings, counts }) => ({
      ...{ id: name, ends, plugged, settings },
      counts: [{ ...counts[0] }, { ...counts[1] }],
    })),
    switches: bench.switches.map(({ name, settings: { ptp }, ports }) => ({
      ...{ name, ptp },
      ports: ports.map(({ macs, groups, counts, ...port }) => ({
        ...port,
        counts: { ...counts },
        macs: macs.map(macText),
        groups: groups.map(ipv4Text),
      })),
    })),
    packets,
  };
}

function interfaceSnapshot(iface: Interface): NetworkSnapshot['interfaces'][number] {
  const { name, index, mac, mtu, flags, address, netmask, router, groups, counts } = iface;
  const { rxPackets, rxBytes, rxErrors, rxDropped, txPackets, txBytes, txErrors, txDropped } = counts;
  return {
    ...{ name, index, mtu },
    mac: mac === 0 ? '' : macText(mac),
    up: (flags & InterfaceFlag.Up) !== 0,
    running: (flags & InterfaceFlag.Running) !== 0,
    address: address === 0 ? '' : ipv4Text(address),
    netmask: netmask === 0 ? '' : ipv4Text(netmask),
    router: router === 0 ? '' : ipv4Text(router),
    groups: [...groups.keys()].map(ipv4Text),
    counts: { rxPackets, rxBytes, rxErrors, rxDropped, txPackets, txBytes, txErrors, txDropped },
  };
}

const interfaceName = ({ machine }: Target, index: number): string =>
  machine.kernel.state.net.interfaces[index - 1]?.name ?? '';

function arpSnapshots(target: Target): NetworkSnapshot['arp'] {
  const { kernel } = target.machine;
  const known = arpEntries(kernel).map(({ interface: index, address, mac, tick, permanent }) => ({
    address: ipv4Text(address),
    mac: macText(mac),
    interface: interfaceName(target, index),
    state: permanent ? 'permanent' : 'known',
    heardNs: permanent ? null : tickTime(target, tick),
  }));
  const asked = kernel.state.net.arp.resolutions.map(({ interface: index, address, tries, frames }) => ({
    address: ipv4Text(address),
    mac: '',
    interface: interfaceName(target, index),
    state: `asked ${tries === 1 ? 'once' : `${tries} times`}, ${frames.length} waiting`,
    heardNs: null,
  }));
  return [...known, ...asked];
}

/** The ways of datagrams, as {@link route} finds them: interfaces' networks, the table, default routers. */
function routeSnapshots({ machine }: Target): NetworkSnapshot['routes'] {
  const { interfaces, routes } = machine.kernel.state.net;
  const up = interfaces.filter(({ flags, address }) => flags & InterfaceFlag.Up && address !== 0);
  const networks = up.map(({ name, address, netmask }) => ({
    destination: ipv4Text((address & netmask) >>> 0),
    netmask: ipv4Text(netmask),
    router: '',
    interface: name,
    kind: 'network',
  }));
  const table = routes.map(({ target, netmask, router }) => ({
    destination: ipv4Text(target),
    netmask: ipv4Text(netmask),
    router: ipv4Text(router),
    interface: up.find((each) => ((each.address ^ router) & each.netmask) === 0)?.name ?? '',
    kind: 'table',
  }));
  const defaults = up.flatMap(({ name, router }) =>
    router === 0
      ? []
      : { destination: '0.0.0.0', netmask: '0.0.0.0', router: ipv4Text(router), interface: name, kind: 'default' },
  );
  return [...networks, ...table, ...defaults];
}

function socketSnapshot(target: Target, socket: Socket): SocketSnapshot {
  const { kernel } = target.machine;
  const { id, kind, error, waiters } = socket;
  const operations = operationsOf(socket);
  return {
    ...{ id, kind },
    ...specific(target, socket),
    local: addressText(target, operations.name(kernel, socket)),
    peer: addressText(target, operations.peer?.(kernel, socket) ?? null),
    owners: ownersOf(target, id),
    waiting: Object.values(waiters).flatMap((list) => pidsOf(target, list)),
    error: error === 0 ? '' : (errorNames.get(error) ?? String(error)),
  };
}
const errorNames = new Map(Object.entries(Errno).map(([name, number]) => [number as number, name]));

type Specific = Pick<SocketSnapshot, 'state' | 'receive' | 'send' | 'detail'>;

/** What a protocol's sockets have of their own. */
function specific(target: Target, socket: Socket): Specific {
  const { options } = socket;
  const receive = (bytes: number) => ({ bytes, limit: options.receiveBuffer });
  switch (socket.kind) {
    case 'tcp':
      return tcpPart(target, socket as TcpSocket);
    case 'local': {
      const { state, ring, waiting, backlog } = socket as LocalSocket;
      const detail = state === 'listening' ? `${waiting.length} of ${backlog} waiting` : '';
      return { state, receive: { bytes: ring.used, limit: ring.size }, send: null, detail };
    }
    case 'udp': {
      const { held, queue, lost, groups, remote } = socket as UdpSocket;
      const joined = groups.map(({ group }) => ipv4Text(group));
      const words = [...datagramWords(queue.length, lost), ...(joined.length > 0 ? [`in ${joined.join(', ')}`] : [])];
      return { state: remote ? 'connected' : '', receive: receive(held), send: null, detail: words.join(', ') };
    }
    case 'icmp':
    case 'packet': {
      const { held, queue, lost } = socket as DatagramSocket;
      return { state: '', receive: receive(held), send: null, detail: datagramWords(queue.length, lost).join(', ') };
    }
  }
}

const datagramWords = (queued: number, lost: number): string[] => [
  ...(queued > 0 ? [`${queued} messages`] : []),
  ...(lost > 0 ? [`${lost} lost: the queue was full`] : []),
];

function tcpPart({ machine }: Target, socket: TcpSocket): Specific {
  const { listening, connection, options } = socket;
  if (listening) {
    const detail = `${listening.queue.length} of ${listening.backlog} waiting`;
    return { state: 'LISTEN', receive: null, send: null, detail };
  }
  const record = recordOf(machine.kernel, connection);
  if (!record) return { state: 'CLOSED', receive: null, send: null, detail: '' };
  const { state, send, receive } = record.connection;
  return {
    state: state.toUpperCase(),
    receive: { bytes: receive.queue.length, limit: options.receiveBuffer },
    send: { bytes: send.queue.length, limit: options.sendBuffer },
    detail: connectionWords(record).join(', '),
  };
}

function connectionWords({ connection }: TcpRecord): string[] {
  const { send, receive, congestion, counts } = connection;
  const words = [`window ${send.window} B`, `congestion window ${Math.floor(congestion.window)} B`];
  if (send.highest !== send.unacknowledged) words.push(`${(send.highest - send.unacknowledged) >>> 0} B in flight`);
  if (counts.retransmitted > 0) words.push(`${counts.retransmitted} sent again`);
  if (receive.pieces.length > 0) words.push(`${receive.pieces.length} pieces out of order`);
  return words;
}

function addressText(target: Target, address: SocketAddress | null): string {
  switch (address?.family) {
    case 'inet': {
      const { address: host, port } = address;
      return host === INADDR_ANY && port === 0 ? '' : `${host === INADDR_ANY ? '*' : ipv4Text(host)}:${port}`;
    }
    case 'local':
      return address.path.replace('\0', '@');
    case 'packet':
      return interfaceName(target, address.interfaceIndex) || 'any interface';
    case 'unspec':
    case undefined:
      return '';
  }
}

/** Descriptors of a socket. */
function ownersOf({ machine }: Target, socket: number): SocketSnapshot['owners'] {
  const { groups, files } = machine.kernel.state;
  return [...groups.values()].flatMap((group) =>
    group.descriptors.flatMap((descriptor, fd) => {
      const file = descriptor && files.get(descriptor.file);
      return file?.kind === 'socket' && file.object === socket ? { group: group.id, fd } : [];
    }),
  );
}
