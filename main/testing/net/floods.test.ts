/** Floods stay within fixed limits, and who means it still gets through. */
import { beforeAll, expect, test } from 'vitest';
import { put48 } from '../../../kernel/net/bytes';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { buildSegment, Flag, segmentOf } from '../../../kernel/net/tcp/segment';
import { udpSockets } from '../../../kernel/net/udp/socket';
import { arpFrame, BOARD, bytesOf, echoRequest, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { compile, type TestFirmware } from '../firmware';
import { Cable } from './cable';
import { ECHO, everySocket, expectAlive } from './everysocket';
import { Mutations } from './mutations';

let firmware: TestFirmware;
let deaf: TestFirmware;
beforeAll(async () => {
  firmware = await everySocket();
  deaf = await compile(unread, { board: 'controller' });
});

/** Sockets on ports 319 to 330 that nobody reads. */
const unread = `
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, FAR char *argv[])
{
  struct sockaddr_in addr = { 0 };
  addr.sin_family = AF_INET;
  for (int port = 319; port <= 330; port++)
    {
      addr.sin_port = htons(port);
      bind(socket(AF_INET, SOCK_DGRAM, 0), (FAR struct sockaddr *)&addr, sizeof(addr));
    }

  for (; ; )
    {
      sleep(1000);
    }
}
`;

const FRAMES = 2000;
const AT_ONCE = 8;

/** Sends so many frames, as fast as they can be taken; gives the fewest I/O buffers that were ever free. */
function flood(cable: Cable, frame: (number: number) => Uint8Array): number {
  for (let sent = 0; sent < FRAMES; sent += AT_ONCE) {
    for (let i = 0; i < AT_ONCE; i++) cable.send(frame(sent + i));
    cable.run();
  }
  return cable.net.iobs.lowest;
}

/** Somebody on the board's network, another one each time, or beyond the router. */
const someone = (random: Mutations, near: boolean) =>
  near ? 0x0a00_0003 + random.below(250) : 0x0b00_0000 + random.below(1 << 20);

test.each([
  ['the neighborhood', true],
  ['everywhere', false],
])('of SYNs from %s', (_, near) => {
  const cable = new Cable(firmware);
  const random = new Mutations(1);
  cable.meet();
  const lowest = flood(cable, () => {
    const source = someone(random, near);
    const ends = { sourcePort: 1024 + random.below(60_000), destinationPort: ECHO };
    const syn = segmentOf({ ...ends, flags: Flag.Syn, sequence: random.below(1e9), window: 1000, mss: 1460 });
    return ipv4Frame(Protocol.Tcp, buildSegment(syn, source, BOARD.address), { source });
  });
  const { net } = cable;
  expect(net.tcp.connections.size).toBeLessThanOrEqual(64);
  expect(net.arp.entries.length).toBeLessThanOrEqual(16);
  expect(net.arp.resolutions.length).toBeLessThanOrEqual(16);
  expect(net.counts.tcp.synDropped).toBeGreaterThan(1000);
  expect(lowest).toBeGreaterThan(net.iobs.total / 4);
  // One that answers gets in as soon as the oldest of those that do not has waited for a second.
  cable.run(100);
  expectAlive(cable, 4000);
  cable.run(30_000);
  expect(net.tcp.connections.size).toBeLessThanOrEqual(1);
  expectAlive(cable, 4001);
});

test('of ARP from everybody', () => {
  const cable = new Cable(firmware);
  const random = new Mutations(2);
  flood(cable, () => {
    const frame = arpFrame({ mac: 0x0200_0100_0000 + random.below(1 << 20), address: someone(random, true) });
    put48(frame, 6, 0x0200_0100_0000);
    return frame;
  });
  expect(cable.net.arp.entries).toHaveLength(16);
  expectAlive(cable, 4000);
});

test('of datagrams for a port that nobody has', () => {
  const cable = new Cable(firmware);
  cable.meet();
  const before = cable.machine.ticks;
  cable.taken();
  flood(cable, () => ipv4Frame(Protocol.Udp, udpDatagram(5000, 5001, bytesOf(8))));
  expect(cable.taken().length).toBeLessThanOrEqual(11 + (cable.machine.ticks - before) / 10);
  expectAlive(cable, 4000);
});

test.each([1000, 1, 0])('of datagrams of %i bytes that nobody reads leaves buffers for what goes out', (length) => {
  const cable = new Cable(deaf);
  const { iobs, counts } = cable.net;
  const lowest = flood(cable, (i) => ipv4Frame(Protocol.Udp, udpDatagram(5000, 319 + (i % 12), bytesOf(length))));
  expect(lowest).toBeGreaterThanOrEqual(iobs.total / 8);
  const kept = udpSockets(cable.machine.kernel).flatMap(({ queue }) => queue);
  expect(counts.udp.dropped).toBe(FRAMES - kept.length);
  const ping = ipv4Frame(Protocol.Icmp, echoRequest());
  expect(cable.ask(ping)).toMatchObject([{ is: 'arp request' }]);
  expect(cable.ask(arpFrame({ operation: 2, toMac: BOARD.mac }))).toMatchObject([{ is: 'icmp' }]);
});

test('of short datagrams takes no more buffers than its socket may have', () => {
  const cable = new Cable(deaf);
  const { iobs } = cable.net;
  const lowest = flood(cable, () => ipv4Frame(Protocol.Udp, udpDatagram(5000, 319, bytesOf(1))));
  expect(lowest).toBeGreaterThan(iobs.total / 2);
});
