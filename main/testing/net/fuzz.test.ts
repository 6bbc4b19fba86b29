/** Whatever comes from the wire, the machine does not crash, no buffer is lost, and sockets go on working. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groupMac } from '../../../kernel/net/address';
import { get32, put32 } from '../../../kernel/net/bytes';
import { ETHER_HEADER } from '../../../kernel/net/ethernet';
import { IcmpType, message } from '../../../kernel/net/icmp';
import { Fragment, Protocol } from '../../../kernel/net/ipv4/header';
import { buildSegment, Flag, parseSegment, segmentOf, type Segment } from '../../../kernel/net/tcp/segment';
import { arpFrame, BOARD, bytesOf, echoRequest, HOST, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { compile, root } from '../firmware';
import { Cable } from './cable';
import { framesOfPcap, Mutations } from './mutations';

const FRAMES = 10_000;
/** Fewer than the controller's ring holds. */
const AT_ONCE = 8;
const CAPTURES = join(root, '../shared/ptp/captures');

const ECHO = 7;
const QUIT = 9;
const GROUP = 0xe000_0181;

/** Every kind of socket, in one task that waits in poll: what comes by UDP and TCP goes back. */
const firmware = `
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 24

enum { ECHO, QUIT, EVENT, GENERAL, ICMP, PACKET, LISTENER, FIRST };

static struct pollfd g_fds[MOST];
static int g_count = FIRST;
static char g_data[2048];

static int on(int type, int protocol, int port)
{
  struct sockaddr_in addr = { 0 };
  int sd = socket(AF_INET, type | SOCK_NONBLOCK, protocol);
  addr.sin_family = AF_INET;
  addr.sin_port = htons(port);
  return bind(sd, (FAR struct sockaddr *)&addr, sizeof(addr)) < 0 ? -1 : sd;
}

static void join(int sd)
{
  struct ip_mreq group;
  group.imr_multiaddr.s_addr = htonl(0xe0000181);
  group.imr_interface.s_addr = INADDR_ANY;
  setsockopt(sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group));
}

static void echo(int i)
{
  struct sockaddr_in from;
  socklen_t size = sizeof(from);
  ssize_t count = recvfrom(g_fds[i].fd, g_data, sizeof(g_data), 0, (FAR struct sockaddr *)&from, &size);
  if (count >= 0)
    {
      sendto(g_fds[i].fd, g_data, count, MSG_DONTWAIT, (FAR struct sockaddr *)&from, size);
    }
}

static void serve(int i)
{
  ssize_t count = recv(g_fds[i].fd, g_data, sizeof(g_data), 0);
  if (count <= 0 || send(g_fds[i].fd, g_data, count, MSG_DONTWAIT) < 0)
    {
      close(g_fds[i].fd);
      g_fds[i] = g_fds[--g_count];
    }
}

int main(int argc, FAR char *argv[])
{
  struct sockaddr_ll link = { 0 };
  g_fds[ECHO].fd = on(SOCK_DGRAM, 0, 7);
  g_fds[QUIT].fd = on(SOCK_DGRAM, 0, 9);
  g_fds[EVENT].fd = on(SOCK_DGRAM, 0, 319);
  g_fds[GENERAL].fd = on(SOCK_DGRAM, 0, 320);
  join(g_fds[EVENT].fd);
  join(g_fds[GENERAL].fd);
  g_fds[ICMP].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_ICMP);
  g_fds[PACKET].fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(0x0003));
  link.sll_family = AF_PACKET;
  link.sll_protocol = htons(0x0003);
  link.sll_ifindex = 1;
  bind(g_fds[PACKET].fd, (FAR struct sockaddr *)&link, sizeof(link));
  g_fds[LISTENER].fd = on(SOCK_STREAM, 0, 7);
  listen(g_fds[LISTENER].fd, 8);
  for (int i = 0; i < MOST; i++)
    {
      g_fds[i].events = POLLIN;
      if (i < FIRST && g_fds[i].fd < 0)
        {
          printf("socket %d fails\\n", i);
        }
    }

  for (; ; )
    {
      poll(g_fds, g_count, -1);
      if (g_fds[QUIT].revents)
        {
          if (recv(g_fds[QUIT].fd, g_data, sizeof(g_data), 0) == 4 && !memcmp(g_data, "quit", 4))
            {
              break;
            }
        }

      if (g_fds[ECHO].revents)
        {
          echo(ECHO);
        }

      for (int i = EVENT; i <= PACKET; i++)
        {
          if (g_fds[i].revents)
            {
              recv(g_fds[i].fd, g_data, sizeof(g_data), 0);
            }
        }

      for (int i = g_count - 1; i >= FIRST; i--)
        {
          if (g_fds[i].revents)
            {
              serve(i);
            }
        }

      if (g_fds[LISTENER].revents)
        {
          int sd = accept4(g_fds[LISTENER].fd, NULL, NULL, SOCK_NONBLOCK);
          if (sd >= 0 && g_count < MOST)
            {
              g_fds[g_count].revents = 0;
              g_fds[g_count++].fd = sd;
            }
          else if (sd >= 0)
            {
              close(sd);
            }
        }
    }

  while (g_count > 0)
    {
      close(g_fds[--g_count].fd);
    }

  printf("bye\\n");
  for (; ; )
    {
      sleep(1000);
    }
}
`;

const tcpFrame = (fields: Partial<Segment>) =>
  ipv4Frame(
    Protocol.Tcp,
    buildSegment(segmentOf({ destinationPort: ECHO, window: 65_535, ...fields }), HOST.address, BOARD.address),
  );

/** The first TCP segment from the board's echo port to a port of the host. */
function segmentTo(port: number, frames: readonly Uint8Array[]): Segment | undefined {
  return (
    frames
      .map((frame) => frame.subarray(ETHER_HEADER))
      .filter((datagram) => datagram[9] === Protocol.Tcp && get32(datagram, 16) === HOST.address)
      .map((datagram) => parseSegment(datagram.subarray(20), BOARD.address, HOST.address))
      .find((segment) => segment?.destinationPort === port && segment.sourcePort === ECHO) ?? undefined
  );
}

/** A connection to the echo port, and frames that belong to it. */
function connection(cable: Cable, sourcePort: number): Uint8Array[] {
  const syn = { sourcePort, flags: Flag.Syn, sequence: 1000, mss: 1460, scale: 2, sackPermitted: true };
  cable.taken();
  cable.send(tcpFrame(syn));
  cable.run();
  const answer = segmentTo(sourcePort, cable.taken());
  if (!answer || !(answer.flags & Flag.Syn)) return [];
  const ends = { sourcePort, sequence: 1001, ack: (answer.sequence + 1) >>> 0 };
  cable.send(tcpFrame({ ...ends, flags: Flag.Ack }));
  const data = { ...ends, flags: Flag.Ack | Flag.Psh, payload: bytesOf(100) };
  return [
    tcpFrame(data),
    tcpFrame({ ...data, sequence: 1101 }),
    tcpFrame({ ...data, sequence: 1301, flags: Flag.Ack | Flag.Urg, urgent: 3 }),
    tcpFrame({ ...ends, ack: (ends.ack + 100) >>> 0, flags: Flag.Ack, sacks: [ends.ack + 200, ends.ack + 300] }),
    tcpFrame({ ...ends, flags: Flag.Ack | Flag.Fin }),
    tcpFrame({ ...ends, flags: Flag.Rst }),
    tcpFrame({ ...ends, flags: Flag.Ack, window: 0 }),
  ];
}

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

/** The board's answers are as ever: to a ping, to a datagram, and to who connects. */
function expectAlive(cable: Cable, port: number): void {
  expect(cable.test.dump?.text).toBeUndefined();
  cable.meet();
  expect(cable.ask(ipv4Frame(Protocol.Icmp, echoRequest(bytesOf(9))))).toMatchObject([{ is: 'icmp', type: 0 }]);
  const echoed = cable.ask(ipv4Frame(Protocol.Udp, udpDatagram(port, ECHO, bytesOf(50))));
  expect(echoed).toMatchObject([{ is: 'udp', from: ECHO, port, data: bytesOf(50) }]);
  const [data] = connection(cable, port);
  cable.taken();
  cable.send(data!);
  cable.run(2);
  expect(
    segmentTo(
      port,
      cable.taken().filter((frame) => frame.length > 100),
    )?.payload,
  ).toEqual(bytesOf(100));
}

test(`${FRAMES} frames that are not as they should be`, { timeout: 120_000 }, async () => {
  const cable = new Cable(await compile(firmware, { board: 'controller' }));
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
