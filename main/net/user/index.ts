/**
 * The user-mode network: a gateway in the boards' own network that takes their packets apart and lets them go through
 * ordinary sockets of this computer, which needs no privilege. It answers ARP for everybody who is not there, gives
 * addresses by DHCP and answers pings to itself; UDP and TCP stand in udp.ts and tcp.ts.
 */
import { getServers } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { CLIENT_PORT, SERVER_PORT } from '../../../boards/apps/net/dhcp';
import { groupMac, ipv4Text, isMulticast, MAC_BROADCAST, parseIpv4 as parseAddress } from '../../../kernel/net/address';
import { arpFrame, ArpOperation, readArp } from '../../../kernel/net/arp/message';
import { EtherType } from '../../../kernel/net/ethernet';
import { ICMP_HEADER, IcmpType, message, Unreachable } from '../../../kernel/net/icmp/header';
import { ALL_SYSTEMS } from '../../../kernel/net/igmp/message';
import { Protocol } from '../../../kernel/net/ipv4/header';
import type { HostConnection } from '../../contract/network';
import { addressOf } from '../interfaces';
import { isFrame, type LinkHooks, type NetLink } from '../link';
import { Boards, type BoardsNet } from './boards';
import { dhcpReply, network, type Leases } from './dhcp';
import { Reassembly } from './fragments';
import { buildQuery, Groups } from './groups';
import type { Outside } from './outside';
import {
  buildFrame,
  buildIpv4,
  buildUdp,
  buildUnreachable,
  parseFrame,
  parseIpv4,
  parseUdp,
  type Frame,
  type Ipv4,
  type Udp,
} from './packet';
import { TcpGateway } from './tcp';
import { UdpGateway } from './udp';

export type UserOptions = Omit<Extract<HostConnection, { type: 'user' }>, 'type'>;

const LOOPBACK = '127.0.0.1';
/** Locally administered, as QEMU's. */
const GATEWAY_MAC = 0x5255_0a00_0202;
const TTL = 64;
const SWEEP_MS = 5000;

export class UserLink implements NetLink, Outside {
  readonly address: string | null;
  readonly broadcast: string | null;
  private readonly boards = new Boards();
  private readonly groups = new Groups();
  private readonly fragments = new Reassembly();
  private readonly leases: Leases = new Map();
  private readonly udp = new UdpGateway(this);
  private readonly tcp = new TcpGateway(this);
  private readonly sweeping: NodeJS.Timeout;
  private udpPorts: number[] = [];
  private nextId = 1;
  private warning: string | null = null;

  private constructor(
    name: string | null,
    private readonly hooks: LinkHooks,
  ) {
    this.address = name === null ? null : addressOf(name);
    this.broadcast = name === null ? null : broadcastOf(name);
    this.sweeping = setInterval(() => this.udp.sweep(), SWEEP_MS);
    this.sweeping.unref();
  }

  /** @throws Error when there is no such interface, or a port that is to be forwarded cannot be had */
  static async open({ interface: name, forwards }: UserOptions, hooks: LinkHooks): Promise<UserLink> {
    const link = new UserLink(name, hooks);
    try {
      for (const forward of forwards) {
        await (forward.protocol === 'udp' ? link.udp : link.tcp).forward(forward).catch((error: Error) => {
          throw new Error(forwardWords(forward.hostPort, link.listenAddress, error));
        });
      }
    } catch (error) {
      await link.close();
      throw error;
    }
    // Boards that have joined groups before say so again.
    link.sendPacket(Protocol.Igmp, network.gateway, ALL_SYSTEMS, buildQuery(), 1);
    return link;
  }

  /** What the boards have now. */
  tell({ interfaces, udpPorts }: BoardsNet): void {
    this.boards.tell(interfaces);
    this.udpPorts = udpPorts;
    this.udp.follow(this.groups.list, udpPorts);
  }

  get message(): string {
    const { firstBoard } = this;
    const gateway = ipv4Text(firstBoard === null ? network.gateway : this.boards.gatewayFor(firstBoard));
    const flows = `open: ${this.tcp.count} TCP, ${this.udp.count} UDP`;
    return [`Gateway ${gateway}`, flows, ...(this.warning === null ? [] : [this.warning])].join('; ');
  }

  warn(message: string): void {
    this.warning = message;
    this.hooks.changed();
  }

  async close(): Promise<void> {
    clearInterval(this.sweeping);
    this.udp.close();
    await this.tcp.close();
  }

  // --- From the boards ---------------------------------------------------------------------------------------------

  send(bytes: Uint8Array): void {
    if (!isFrame(bytes)) return;
    const frame = parseFrame(bytes);
    if (frame.type === EtherType.Arp) this.hearArp(frame);
    else if (frame.type === EtherType.Ipv4 && this.isForUs(frame)) this.hearIpv4(frame);
  }

  /** Not what boards send each other. */
  private isForUs({ destination }: Frame): boolean {
    return destination === GATEWAY_MAC || Math.floor(destination / 2 ** 40) % 2 === 1;
  }

  private hearArp({ payload }: Frame): void {
    const arp = readArp(payload);
    if (!arp) return;
    const { operation, senderMac, sender, target } = arp;
    this.boards.learn(sender, senderMac);
    // Who asks for its own address, or has none, wants to know that nobody has it.
    if (operation !== ArpOperation.Request || sender === 0 || sender === target) return;
    if (this.boards.macOf(target) !== undefined) return;
    const answer = {
      operation: ArpOperation.Reply,
      senderMac: GATEWAY_MAC,
      sender: target,
      targetMac: senderMac,
      target: sender,
    };
    this.hooks.frame(arpFrame(senderMac, answer));
  }

  private hearIpv4({ source: mac, payload }: Frame): void {
    const part = parseIpv4(payload);
    if (!part) return;
    if (part.source !== 0) this.boards.learn(part.source, mac);
    const packet = this.fragments.add(part, performance.now());
    if (!packet) return;
    switch (packet.protocol) {
      case Protocol.Icmp:
        return this.hearIcmp(packet);
      case Protocol.Igmp:
        this.groups.hear(packet.payload, packet.source);
        return this.udp.follow(this.groups.list, this.udpPorts);
      case Protocol.Udp:
        return this.hearUdp(packet);
      case Protocol.Tcp:
        if (!isMulticast(packet.destination)) this.tcp.hear(packet);
    }
  }

  private hearIcmp(packet: Ipv4): void {
    const { payload, source, destination } = packet;
    if (payload.length < ICMP_HEADER || payload[0] !== IcmpType.EchoRequest) return;
    if (isMulticast(destination) || this.boards.isBroadcast(destination, source)) return;
    if (!this.isGateway(destination, source)) return this.unreachable(packet, Unreachable.Prohibited);
    const word = new DataView(payload.buffer, payload.byteOffset).getUint32(4);
    this.sendIpv4(
      Protocol.Icmp,
      destination,
      source,
      message(IcmpType.EchoReply, 0, word, payload.subarray(ICMP_HEADER)),
    );
  }

  private hearUdp(packet: Ipv4): void {
    const datagram = parseUdp(packet);
    if (!datagram) return;
    if (datagram.destinationPort === SERVER_PORT) return this.serveDhcp(datagram);
    const isBroadcast = this.boards.isBroadcast(packet.destination, packet.source);
    this.udp.send(packet, datagram, isBroadcast);
  }

  private serveDhcp({ payload }: Udp): void {
    const reply = dhcpReply(payload, this.leases);
    if (!reply) return;
    const datagram = { sourcePort: SERVER_PORT, destinationPort: CLIENT_PORT, payload: reply.bytes };
    this.sendUdp(datagram, network.gateway, reply.address || 0xffff_ffff);
  }

  // --- To the boards -----------------------------------------------------------------------------------------------

  sendUdp(datagram: Udp, source: number, destination: number): void {
    this.sendIpv4(Protocol.Udp, source, destination, buildUdp(datagram, source, destination));
  }

  sendIpv4(protocol: number, source: number, destination: number, payload: Uint8Array): void {
    this.sendPacket(protocol, source, destination, payload, TTL);
  }

  unreachable(packet: Ipv4, code: number): void {
    const { source, destination } = packet;
    if (isMulticast(destination) || this.boards.isBroadcast(destination, source)) return;
    this.sendIpv4(Protocol.Icmp, this.boards.gatewayFor(source), source, buildUnreachable(code, packet));
  }

  private sendPacket(protocol: number, source: number, destination: number, payload: Uint8Array, ttl: number): void {
    const mac = this.macFor(destination);
    if (mac === undefined) return this.ask(destination);
    const id = this.nextId++ & 0xffff;
    for (const packet of buildIpv4({ id, protocol, source, destination, ttl, payload })) {
      this.sendFrame({ destination: mac, source: GATEWAY_MAC, type: EtherType.Ipv4, payload: packet });
    }
  }

  private macFor(destination: number): number | undefined {
    if (destination === 0xffff_ffff) return MAC_BROADCAST;
    return isMulticast(destination) ? groupMac(destination) : this.boards.macOf(destination);
  }

  /** Somebody that has not been heard of; who wants something sends it again. */
  private ask(target: number): void {
    const sender = this.boards.gatewayFor(target);
    const question = { operation: ArpOperation.Request, senderMac: GATEWAY_MAC, sender, targetMac: 0, target };
    this.hooks.frame(arpFrame(MAC_BROADCAST, question));
  }

  private sendFrame(frame: Frame): void {
    this.hooks.frame(buildFrame(frame));
  }

  // --- What addresses mean -----------------------------------------------------------------------------------------

  get listenAddress(): string {
    return this.address ?? LOOPBACK;
  }

  get firstBoard(): number | null {
    return this.boards.first;
  }

  isGateway(address: number, board: number): boolean {
    return this.boards.isGateway(address, board);
  }

  isOwn(address: string): boolean {
    return Object.values(networkInterfaces()).some((all) => all?.some((each) => each.address === address));
  }

  toHost(address: number, board: number): string {
    if (!this.isGateway(address, board)) return ipv4Text(address);
    const server = address === network.dns ? getServers().find((each) => parseAddress(each) !== null) : undefined;
    return server ?? LOOPBACK;
  }

  fromHost(address: string, board: number): number {
    const number = parseAddress(address);
    // The board has a loopback of its own, and an own address.
    const isNamesake = number === null || number >>> 24 === 127 || this.boards.macOf(number) !== undefined;
    return isNamesake ? this.boards.gatewayFor(board) : number;
  }
}

function broadcastOf(name: string): string {
  const found = networkInterfaces()[name]?.find(({ family }) => family === 'IPv4');
  const [address, netmask] = [parseAddress(found?.address ?? ''), parseAddress(found?.netmask ?? '')];
  return ipv4Text(((address ?? 0) | ~(netmask ?? 0)) >>> 0);
}

function forwardWords(port: number, address: string, { message, ...error }: NodeJS.ErrnoException): string {
  const words: Record<string, string> = {
    EADDRINUSE: 'it is in use by another program; choose another',
    EACCES: 'ports below 1024 are not for everybody; choose one above',
  };
  return `Port ${port} of ${address} cannot be forwarded: ${words[error.code ?? ''] ?? message}.`;
}
