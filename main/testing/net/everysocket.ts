/** For tests: a board that has every kind of socket, which answer, and what a host on its cable sends to them. */
import { expect } from 'vitest';
import { get32 } from '../../../kernel/net/bytes';
import { ETHER_HEADER } from '../../../kernel/net/ethernet';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { buildSegment, Flag, parseSegment, segmentOf, type Segment } from '../../../kernel/net/tcp/segment';
import { BOARD, bytesOf, echoRequest, HOST, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { compile } from '../firmware';
import type { Cable } from './cable';

export const ECHO = 7;
export const QUIT = 9;
/** In which it is. */
export const GROUP = 0xe000_0181;

/** Every kind of socket, in one task that waits in poll: what comes by UDP and TCP goes back. */
const source = `
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

/** It, for a controller. */
export const everySocket = () => compile(source, { board: 'controller' });

/** A segment from the host. */
export const tcpFrame = (fields: Partial<Segment>) =>
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
export function connection(cable: Cable, sourcePort: number): Uint8Array[] {
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

/** The board's answers are as ever: to a ping, to a datagram, and to who connects. */
export function expectAlive(cable: Cable, port: number): void {
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
