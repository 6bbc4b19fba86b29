/** What /proc/net says of the network (NuttX: net/procfs). */
import type { Kernel } from '../../kernel';
import { ipv4Text, macText } from '../../net/address';
import { arpEntries } from '../../net/arp/neighbors';
import { InterfaceFlag, type Interface } from '../../net/state';
import type { TcpState } from '../../net/tcp/connection';
import { udpSockets, type UdpSocket } from '../../net/udp/socket';

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const right = (value: number | string, width: number): string => String(value).padStart(width);

const columns = (names: readonly string[]): string => names.map((name) => name.padEnd(8)).join(' ');
const numbers = (values: readonly number[]): string => values.map((value) => hex(value, 8)).join(' ');

/** What the shell's ifconfig shows of an interface. */
function interfaceText(iface: Interface): string {
  const { name, device, mac, flags, mtu, address, router, netmask, counts, queue } = iface;
  const link = device === null ? 'Local Loopback' : `Ethernet HWaddr ${macText(mac)}`;
  const isUp = (flags & InterfaceFlag.Up) !== 0;
  const status = isUp ? (flags & InterfaceFlag.Running ? 'RUNNING' : 'UP') : 'DOWN';
  return [
    `${name}\tLink encap:${link} at ${status} mtu ${mtu}`,
    `\tinet addr:${ipv4Text(address)} DRaddr:${ipv4Text(router)} Mask:${ipv4Text(netmask)}`,
    '',
    `\tRX: ${columns(['Received', 'Fragment', 'Errors'])}`,
    `\t    ${numbers([counts.rxPackets, counts.rxFragments, counts.rxErrors])}`,
    `\t    ${columns(['IPv4', 'ARP', 'Dropped'])}`,
    `\t    ${numbers([counts.rxIpv4, counts.rxArp, counts.rxDropped])}`,
    `\tTX: ${columns(['Queued', 'Sent', 'Errors', 'Timeouts'])}`,
    `\t    ${numbers([counts.txPackets + queue.length, counts.txPackets, counts.txErrors, 0])}`,
    `\tTotal Errors: ${hex(counts.rxErrors + counts.rxDropped + counts.txErrors + counts.txDropped, 8)}`,
    '',
    '',
  ].join('\n');
}

/** What the protocols have met. */
function stat({ state }: Kernel): string {
  const { ipv4, tcp, udp, icmp } = state.net.counts;
  const row = (name: string, values: readonly (number | null)[]) =>
    name.padEnd(11) + values.map((value) => `  ${value === null ? '----' : hex(value & 0xffff, 4)}`).join('');
  const resent = [...state.net.tcp.connections.values()].reduce(
    (sum, { connection }) => sum + connection.counts.retransmitted,
    0,
  );
  const all = [ipv4, tcp, udp, icmp];
  return [
    `${' '.repeat(11)}  IPv4   TCP   UDP  ICMP`,
    row('Received', all.map(({ received }) => received)),
    row('Dropped', all.map(({ dropped }) => dropped)),
    `  IPv4        VHL: ${hex(ipv4.header, 4)}   Frg: ${hex(ipv4.fragment, 4)}`,
    row('  Checksum', [ipv4.checksum, tcp.checksum, udp.checksum, null]),
    `  TCP         ACK: 0000   SYN: ${hex(tcp.synDropped, 4)}`,
    `              RST: ${hex(tcp.resets, 4)}  0000`,
    row('  Type', [ipv4.protocol, null, null, icmp.dropped]),
    row('Sent', all.map(({ sent }) => sent)),
    row('  Rexmit', [null, tcp.retransmitted + resent, null, null]),
    '',
  ].join('\n'); // prettier-ignore
}

/** The routing table; nothing when there is none. */
function routes({ state }: Kernel): string {
  const { routes: entries } = state.net;
  if (entries.length === 0) return '';
  const row = (cells: readonly string[]) => `${cells.map((cell) => cell.padEnd(16)).join('')}\n`;
  const lines = entries.map(
    ({ target, netmask, router }, i) => `${right(i + 1, 4)}. ${row([target, netmask, router].map(ipv4Text))}`,
  );
  return `SEQ   ${row(['TARGET', 'NETMASK', 'ROUTER'])}${lines.join('')}`;
}

/** Neighbors, as NuttX's shell lists them, which gets them by a netlink socket. */
function arp(k: Kernel): string {
  const row = (address: string, mac: string, name: string) => `${address.padEnd(12)} ${mac.padEnd(17)} ${name}\n`;
  const lines = arpEntries(k).map(({ address, mac, interface: index }) =>
    row(ipv4Text(address), macText(mac), k.state.net.interfaces[index - 1]!.name),
  );
  return row('IP Address', 'Ethernet Address', 'Interface') + lines.join('');
}

interface End {
  address: number;
  port: number;
}

const nobody: End = { address: 0, port: 0 };

/** 16 characters of address, which NuttX's header does not quite fit. */
const end = ({ address, port }: End): string => ` ${right(ipv4Text(address), 16)}:${String(port).padEnd(6)}`;

const ADDRESSES = `${'local_address'.padEnd(23)} ${'remote_address'.padEnd(23)}`;

const bytesIn = (queue: UdpSocket['queue']) => queue.reduce((sum, { bytes }) => sum + bytes.length, 0);

function udp(k: Kernel): string {
  const sockets = udpSockets(k);
  if (sockets.length === 0) return '';
  const lines = sockets.map(
    ({ local, remote, queue }, i) =>
      `    ${right(i + 1, 2)}:   0 ${right(0, 6)} ${right(bytesIn(queue), 6)}${end(local)}${end(remote ?? nobody)}\n`,
  );
  return `UDP sl  flg   txsz   rxsz ${ADDRESSES}\n${lines.join('')}`;
}

/** TCP_... of NuttX's nuttx/net/tcp.h. */
const tcpStates: Readonly<Record<TcpState, number>> = {
  closed: 0,
  ...{ 'syn-received': 2, 'syn-sent': 3, established: 4, 'fin-wait-1': 5, 'fin-wait-2': 6, 'close-wait': 7 },
  ...{ closing: 8, 'time-wait': 9, 'last-ack': 10 },
};

function tcp({ state }: Kernel): string {
  const records = [...state.net.tcp.connections.values()];
  if (records.length === 0) return '';
  const lines = records.map(({ connection, socket }, i) => {
    const { local, remote, send, receive } = connection;
    const unacknowledged = (send.highest - send.unacknowledged) >>> 0;
    const cells = [
      ...[hex(tcpStates[connection.state], 2), right(0, 3), right(socket === 0 ? 0 : 1, 3), right(0, 3)],
      ...[right(unacknowledged, 4), right(send.tries, 3), right(send.queue.length, 6), right(receive.queue.length, 6)],
    ];
    return `    ${right(i + 1, 2)}: ${cells.join(' ')}${end(local)}${end(remote)}\n`;
  });
  return `TCP sl  st flg ref tmr uack nrt   txsz   rxsz ${ADDRESSES}\n${lines.join('')}`;
}

/** Files of /proc/net by their paths, in NuttX's order; none without a network. */
export function networkFiles(k: Kernel): Record<string, (k: Kernel) => string> {
  const { net, settings } = k.state;
  if (settings.config.CONFIG_NET !== true) return {};
  const interfaces = net.interfaces.map((iface) => [`net/${iface.name}`, () => interfaceText(iface)] as const);
  return {
    ...Object.fromEntries(interfaces),
    'net/stat': stat,
    'net/arp': arp,
    'net/route/ipv4': routes,
    'net/tcp': tcp,
    'net/udp': udp,
  };
}
