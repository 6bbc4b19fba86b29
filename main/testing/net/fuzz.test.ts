/** Whatever comes from the wire, the machine does not crash, no buffer is lost, and sockets go on working. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groupMac } from '../../../kernel/net/address';
import { put32 } from '../../../kernel/net/bytes';
import { ETHER_HEADER } from '../../../kernel/net/ethernet';
import { IcmpType, message } from '../../../kernel/net/icmp/header';
import { Fragment, Protocol } from '../../../kernel/net/ipv4/header';
import { Flag } from '../../../kernel/net/tcp/segment';
import { arpFrame, BOARD, bytesOf, echoRequest, HOST, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { root } from '../firmware';
import { Cable } from './cable';
import { connection, ECHO, everySocket, expectAlive, GROUP, QUIT, tcpFrame } from './everysocket';
import { framesOfPcap, Mutations } from './mutations';

const FRAMES = 10_000;
/** Fewer than the controller's ring holds. */
const AT_ONCE = 8;
const CAPTURES = join(root, '../shared/ptp/captures');

function ownFrames(): Uint8Array[] {
  const udp = ipv4Frame(Protocol.Udp, udpDatagram(5000, ECHO, bytesOf(200)));
  const igmp = Uint8Array.of(0x11, 100, 0xee, 0x9b, 0, 0, 0, 0);
  const refused = udpDatagram(ECHO, 5000, bytesOf(8), BOARD.address, HOST.address);
  const quoted = ipv4Frame(Protocol.Udp, refused, { source: BOARD.address, destination: HOST.address });
  const long = echoRequest(bytesOf(2000));
  const dhcp = new Uint8Array(300);
  dhcp.set([2, 1, 6, 0]);
  put32(dhcp, 236, 0x6382_5363);
  dhcp.set([53, 1, 2, 1, 4, 255, 255, 255, 0, 51, 4, 0, 0, 1, 0, 255], 240);
  return [
    arpFrame(),
    arpFrame({ operation: 2, toMac: BOARD.mac }),
    ipv4Frame(Protocol.Icmp, echoRequest()),
    ipv4Frame(Protocol.Icmp, message(IcmpType.EchoReply, 0, 0x0007_0001, bytesOf(32))),
    ipv4Frame(Protocol.Icmp, message(IcmpType.Unreachable, 3, 0, quoted.subarray(ETHER_HEADER))),
    ipv4Frame(Protocol.Icmp, long.subarray(0, 1000), { fragment: Fragment.More }),
    ipv4Frame(Protocol.Icmp, long.subarray(1000), { fragment: 125 }),
    udp,
    ipv4Frame(Protocol.Udp, udpDatagram(319, 319, bytesOf(44), HOST.address, GROUP), { destination: GROUP }),
    ipv4Frame(Protocol.Udp, udpDatagram(67, 68, dhcp)),
    ipv4Frame(Protocol.Igmp, igmp, { destination: 0xe000_0001, ttl: 1 }),
    tcpFrame({ sourcePort: 6000, flags: Flag.Syn, sequence: 1, mss: 1460, scale: 7, sackPermitted: true }),
  ];
}

test(`${FRAMES} frames that are not as they should be`, { timeout: 240_000 }, async () => {
  const cable = new Cable(await everySocket());
  expectAlive(cable, 4000);
  const captured = existsSync(CAPTURES)
    ? readdirSync(CAPTURES).flatMap((name) => framesOfPcap(readFileSync(join(CAPTURES, name))).slice(0, 40))
    : [];
  const own = ownFrames();
  const mutations = new Mutations(20_251_121);
  let live: Uint8Array[] = [];
  for (let sent = 0; sent < FRAMES; sent += AT_ONCE) {
    if (sent % 400 === 0) live = connection(cable, 10_000 + sent);
    const frames = mutations.below(4) === 0 && captured.length > 0 ? captured : mutations.below(2) === 0 ? own : live;
    for (let i = 0; i < AT_ONCE; i++) cable.send(mutations.next(frames.length > 0 ? frames : own));
    cable.run();
    cable.taken();
    const { free, total } = cable.net.iobs;
    expect(free).toBeGreaterThanOrEqual(0);
    expect(free).toBeLessThanOrEqual(total);
  }
  // Connections that nobody has finished are given up.
  cable.run(30_000);
  expectAlive(cable, 4001);
  cable.send(ipv4Frame(Protocol.Udp, udpDatagram(4002, QUIT, new TextEncoder().encode('quit'))));
  cable.run(100_000);
  expect(cable.test.lines).toEqual(['bye']);
  const { net } = cable;
  expect(net.sockets.size).toBe(0);
  expect(net.tcp.connections.size).toBe(0);
  expect(net.reassemblies).toEqual([]);
  expect(net.memberships).toEqual([]);
  expect(net.timers.size).toBe(0);
  expect(net.interfaces[0]!.macs).toEqual(new Map([[groupMac(0xe000_0001), 1]]));
  expect(net.iobs.free).toBe(net.iobs.total);
});
