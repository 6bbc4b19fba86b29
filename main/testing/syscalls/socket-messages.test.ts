/** Messages on a cable: several buffers, control messages, stamps, groups, ICMP and whole frames. */
import { describe, expect, test } from 'vitest';
import { groupMac, INADDR_BROADCAST, MAC_BROADCAST } from '../../../kernel/net/address';
import { etherFrame } from '../../../kernel/net/ethernet';
import { IcmpType, message } from '../../../kernel/net/icmp/header';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { arpFrame, BOARD, bytesOf, echoRequest, HOST, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { expectCalls } from '../calls';
import { compile } from '../firmware';
import { Cable } from '../net/cable';
import { socketPrelude, withNetwork } from './socket';

const prelude = `${socketPrelude}
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <net/ethernet.h>
#include <net/route.h>
#include <netpacket/packet.h>
#include <nuttx/net/icmp.h>
#include <sys/mount.h>
#include <sys/uio.h>
#include <time.h>

static char g_buffer[2048];
static char g_control[256];
static struct iovec g_vector[2] = { { g_buffer, 4 }, { g_buffer + 1024, 1024 } };
static struct msghdr g_message;

/* A message with room for everything. */

static int receive(int fd, int flags)
{
  g_message = (struct msghdr){
    .msg_name = &g_address, .msg_namelen = sizeof(g_address), .msg_iov = g_vector, .msg_iovlen = 2,
    .msg_control = g_control, .msg_controllen = sizeof(g_control),
  };
  return recvmsg(fd, &g_message, flags);
}

static void *control(int level, int type)
{
  struct cmsghdr *each;

  for_each_cmsghdr(each, &g_message)
    if (each->cmsg_level == level && each->cmsg_type == type)
      return CMSG_DATA(each);
  return NULL;
}

static long long ns(const struct timespec *time)
{
  return time->tv_sec * 1000000000LL + time->tv_nsec;
}

static long long now(void)
{
  struct timespec time;

  clock_gettime(CLOCK_REALTIME, &time);
  return ns(&time);
}
`;

const run = async (body: string): Promise<Cable> => {
  const main = `\nint main(int argc, char *argv[])\n{\n${body}\n  return 0;\n}\n`;
  return new Cable(await compile(`${prelude}${main}`, withNetwork()));
};

const udp = (data: Uint8Array, port = 7, destination = BOARD.address) =>
  ipv4Frame(Protocol.Udp, udpDatagram(1234, port, data, HOST.address, destination), { destination });

const text = (data: string) => Uint8Array.from(data, (letter) => letter.charCodeAt(0));

test('sendmsg() and recvmsg() gather and scatter; MSG_TRUNC and MSG_CTRUNC say what was lost', async () => {
  await expectCalls(
    `${prelude}
static int g_receiver, g_sender, g_file;

static int sent(int count, void *name)
{
  struct iovec parts[3] = { { "ab", 2 }, { NULL, 0 }, { "cdefg", 5 } };
  struct msghdr out = { .msg_name = name, .msg_namelen = 16, .msg_iov = parts, .msg_iovlen = count };

  return sendmsg(g_sender, &out, 0);
}

static int small(void)
{
  struct iovec part = { g_buffer, 3 };

  g_message = (struct msghdr){ .msg_iov = &part, .msg_iovlen = 1, .msg_control = g_control, .msg_controllen = 4 };
  return recvmsg(g_receiver, &g_message, 0);
}

/* From an address of the board's own choosing. */

static int sent_from(uint32_t address, int interface)
{
  struct iovec part = { "x", 1 };
  struct
  {
    struct cmsghdr header;
    struct in_pktinfo info;
  } control = { { sizeof(control), IPPROTO_IP, IP_PKTINFO }, { interface, { htonl(address) } } };
  struct msghdr out = { .msg_name = (void *)at(INADDR_LOOPBACK, 7), .msg_namelen = 16, .msg_iov = &part, .msg_iovlen = 1,
                        .msg_control = &control, .msg_controllen = sizeof(control) };

  return sendmsg(g_sender, &out, 0);
}

static int controls(unsigned length)
{
  struct cmsghdr header = { .cmsg_len = length };
  struct msghdr out = { .msg_name = (void *)at(INADDR_LOOPBACK, 7), .msg_namelen = 16, .msg_control = &header,
                        .msg_controllen = sizeof(header) };

  return sendmsg(g_sender, &out, 0);
}
`,
    [
      ['(g_receiver = bound(SOCK_DGRAM, 7)) > 0 && (g_sender = bound(SOCK_DGRAM, 8)) > 0', 1],
      ['sent(3, (void *)at(INADDR_LOOPBACK, 7))', 7],
      ['receive(g_receiver, 0)', 7],
      ['memcmp(g_buffer, "abcd", 4) + memcmp(g_buffer + 1024, "efg", 3)', 0],
      ['ntohs(g_address.sin_port) * 100 + g_message.msg_namelen', 816],
      ['g_message.msg_flags + g_message.msg_controllen', 0],
      ['sent(3, (void *)at(INADDR_LOOPBACK, 7)) + set(g_receiver, SOL_SOCKET, SO_TIMESTAMP, 1)', 7],
      ['small()', 3],
      ['g_message.msg_flags == (MSG_TRUNC | MSG_CTRUNC)', 1],
      ['g_message.msg_controllen', 0],
      ['receive(g_receiver, MSG_DONTWAIT)', 'EAGAIN'],
      ['receive(g_receiver, MSG_ERRQUEUE)', 'EAGAIN'],
      ['sendmsg(g_sender, NULL, 0)', 'EFAULT'],
      ['recvmsg(g_sender, NULL, 0)', 'EFAULT'],
      ['sendmsg(0, &g_message, 0)', 'ENOTSOCK'],
      ['recvmsg(200, &g_message, 0)', 'EBADF'],
      ['sent(2000, NULL)', 'EMSGSIZE'],
      ['sent_from(0x0a000002, 0)', 1],
      ['receive(g_receiver, 0) == 1 && ntohl(g_address.sin_addr.s_addr) == 0x0a000002', 1],
      ['sent_from(0x01020304, 0)', 'EINVAL'],
      ['controls(sizeof(struct cmsghdr))', 0],
      ['controls(3)', 'EINVAL'],
      ['controls(100)', 'EINVAL'],
      ['writev(g_sender, g_vector, -1)', 'EINVAL'],
      ['connect(g_sender, LOCAL(7)) + writev(g_sender, g_vector, 1)', 4],
      ['receive(g_receiver, 0)', 0],
      ['receive(g_receiver, 0)', 4],
      ['writev(g_sender, g_vector, 1)', 4],
      ['readv(g_receiver, g_vector, 2)', 4],
      ['mount(NULL, "/tmp", "tmpfs", 0, NULL)', 0],
      ['(g_file = open("/tmp/file", O_RDWR | O_CREAT, 0666)) >= 0', 1],
      ['writev(g_file, g_vector, 2)', 1028],
      ['lseek(g_file, 1000, SEEK_SET)', 1000],
      ['readv(g_file, g_vector, 2)', 28],
      ['readv(200, g_vector, 2)', 'EBADF'],
    ],
    withNetwork(),
  );
});

test('stamps of what comes in, by both clocks, and IP_PKTINFO', async () => {
  const cable = await run(`
  int fd = bound(SOCK_DGRAM, 7);
  struct scm_timestamping *stamps;
  struct timeval *time;
  struct in_pktinfo *info;
  long long received;

  set(fd, SOL_SOCKET, SO_TIMESTAMP, 1);
  set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  set(fd, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RX_SOFTWARE |
      SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RAW_HARDWARE);
  set(fd, IPPROTO_IP, IP_PKTINFO, 1);
  receive(fd, 0);
  time = control(SOL_SOCKET, SCM_TIMESTAMP);
  stamps = control(SOL_SOCKET, SCM_TIMESTAMPING);
  received = now();
  printf("%d\\n", ns(control(SOL_SOCKET, SCM_TIMESTAMPNS)) == ns(&stamps->ts[0]));
  printf("%d\\n", time->tv_sec * 1000000 + time->tv_usec == ns(&stamps->ts[0]) / 1000);
  printf("%d\\n", received >= ns(&stamps->ts[0]) && received < ns(&stamps->ts[0]) + 1000000);
  printf("%lld\\n", ns(&stamps->ts[2]));
  printf("%lld\\n", ns(&stamps->ts[1]));
  info = control(IPPROTO_IP, IP_PKTINFO);
  printf("%d %08x %08x\\n", info->ipi_ifindex, (int)ntohl(info->ipi_spec_dst.s_addr), (int)ntohl(info->ipi_addr.s_addr));
  set(fd, SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_RAW_HARDWARE);
  receive(fd, 0);
  printf("%d\\n", control(SOL_SOCKET, SCM_TIMESTAMPING) == NULL);`);
  const sentNs = cable.machine.timeNs;
  cable.ask(udp(text('abc')));
  cable.ask(udp(text('abc')));
  const [sameNs, sameUs, soon, hardware, nothing, info, none] = cable.test.lines;
  expect([sameNs, sameUs, soon, nothing, none]).toEqual(['1', '1', '1', '0', '1']);
  // The PTP clock starts with the board; its oscillator is off by some ppm.
  expect(Math.abs(Number(hardware) - sentNs)).toBeLessThan(100_000);
  expect(info).toBe(`${cable.eth0.index} 0a000002 0a000002`);
});

test('stamps of what was sent come back with MSG_ERRQUEUE: of a group, and of an AF_PACKET frame', async () => {
  const cable = await run(`
  int flags = SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
              SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_OPT_ID;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_PTP) };
  struct pollfd pollfd = { .fd = fd };

  usleep(20000);
  set(fd, SOL_SOCKET, SO_TIMESTAMPING, flags);
  for (int i = 0; i < 2; i++)
    sendto(fd, "event", 5, 0, at(0xe0000181, 319), 16);
  for (int i = 0; i < 3; i++)
    {
      struct scm_timestamping *stamps;
      struct sock_extended_err *error;
      int count;

      if (i == 2)
        {
          pollfd.fd = fd = socket(AF_PACKET, SOCK_RAW, htons(ETHERTYPE_PTP));
          link.sll_ifindex = if_nametoindex("eth0");
          bind(fd, (struct sockaddr *)&link, sizeof(link));
          set(fd, SOL_SOCKET, SO_TIMESTAMPING, flags);
          memset(g_buffer, 0x55, 64);
          g_buffer[12] = 0x88;
          g_buffer[13] = 0xf7;
          printf("%d\\n", (int)send(fd, g_buffer, 64, 0));
        }

      printf("poll: %d", poll(&pollfd, 1, 1000));
      printf(" %d\\n", pollfd.revents == POLLERR);
      count = receive(fd, MSG_ERRQUEUE);
      stamps = control(SOL_SOCKET, SCM_TIMESTAMPING);
      error = control(IPPROTO_IP, IP_RECVERR);
      printf("%d %d %d %d %02x\\n", count, g_message.msg_flags == MSG_ERRQUEUE, error->ee_origin, (int)error->ee_data,
             g_buffer[i == 2 ? 0 : 3] & 0xff);
      printf("%d %lld\\n", now() - ns(&stamps->ts[0]) < 1000000, ns(&stamps->ts[2]));
    }`);
  cable.run(5);
  const { lines } = cable.test;
  expect(lines.filter((_, i) => ![2, 5, 9].includes(i))).toEqual([
    ...['poll: 1 1', '47 1 4 0 00', 'poll: 1 1', '47 1 4 1 00'],
    ...['64', 'poll: 1 1', '64 1 4 0 55'],
  ]);
  for (const at of [2, 5, 9]) {
    const [isSoon, hardware] = lines[at]!.split(' ');
    expect(isSoon).toBe('1');
    expect(Math.abs(Number(hardware) - 20e6)).toBeLessThan(20e6);
  }
  expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
});

describe('groups', () => {
  const group = 0xef01_0203;

  test('IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP, with each of their structures', async () => {
    const cable = await run(`
  int fd = bound(SOCK_DGRAM, 7);
  struct ip_mreqn request = { .imr_multiaddr.s_addr = htonl(0xef010203), .imr_ifindex = if_nametoindex("eth0") };
  struct ip_mreqn other = request;

  printf("%d\\n", setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(struct ip_mreqn)));
  printf("%d", setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(struct ip_mreq)));
  printf(" %d\\n", errno == EADDRINUSE);
  request.imr_multiaddr.s_addr = htonl(0x0a000001);
  printf("%d", setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(struct ip_mreq)));
  printf(" %d\\n", errno == EINVAL);
  request.imr_multiaddr.s_addr = htonl(0xef010204);
  request.imr_interface.s_addr = htonl(0x01020304);
  printf("%d", setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(struct ip_mreq)));
  printf(" %d\\n", errno == ENODEV);
  printf("%d", setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, 4));
  printf(" %d\\n", errno == EINVAL);
  request.imr_interface.s_addr = htonl(0x0a000002);
  printf("%d", setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &request, sizeof(struct ip_mreq)));
  printf(" %d\\n", errno == EADDRNOTAVAIL);
  printf("%d\\n", setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(struct ip_mreq)));
  fflush(stdout);
  printf("%d", receive(fd, 0));
  printf(" %.3s\\n", g_buffer);
  printf("%d\\n", setsockopt(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &other, sizeof(struct ip_mreq)));
  limit(fd, SO_RCVTIMEO, 100);
  printf("%d\\n", receive(fd, 0));`);
    cable.run(2);
    expect([...cable.eth0.groups.keys()]).toEqual([0xe000_0001, group, 0xef01_0204]);
    cable.ask(udp(text('abc'), 7, group));
    expect(cable.test.lines).toEqual(['0', '-1 1', '-1 1', '-1 1', '-1 1', '-1 1', '0', '3 abc', '0']);
    cable.ask(udp(text('def'), 7, group));
    cable.run(30);
    expect(cable.test.lines.at(-1)).toBe('-1');
    // What was still joined went with the socket.
    expect([...cable.eth0.groups.keys()]).toEqual([0xe000_0001]);
  });

  test('IP_MULTICAST_TTL, IP_MULTICAST_LOOP and IP_MULTICAST_IF say how messages go to one', async () => {
    const cable = await run(`
  int fd = bound(SOCK_DGRAM, 7);
  int sender = socket(AF_INET, SOCK_DGRAM, 0);
  struct ip_mreq request = { .imr_multiaddr.s_addr = htonl(0xef010203) };
  struct in_addr interface = { .s_addr = htonl(0x0a000002) };
  char off = 0;

  usleep(10000);
  setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request));
  set(sender, IPPROTO_IP, IP_MULTICAST_TTL, 7);
  printf("%d\\n", setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)));
  sendto(sender, "loop", 4, 0, at(0xef010203, 7), 16);
  limit(fd, SO_RCVTIMEO, 50);
  printf("%d\\n", receive(fd, 0));
  setsockopt(sender, IPPROTO_IP, IP_MULTICAST_LOOP, &off, 1);
  sendto(sender, "none", 4, 0, at(0xef010203, 7), 16);
  printf("%d\\n", receive(fd, 0));
  interface.s_addr = htonl(0x01020304);
  printf("%d\\n", setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface)));
  printf("%d\\n", errno == EADDRNOTAVAIL);`);
    cable.run(20);
    const udpSent = cable.heard().filter(({ is }) => is === 'udp');
    const sent = { is: 'udp', to: groupMac(group), source: BOARD.address, destination: group, ttl: 7, port: 7 };
    expect(udpSent).toMatchObject([
      { ...sent, data: text('loop') },
      { ...sent, data: text('none') },
    ]);
    expect(cable.test.lines).toEqual(['0', '4', '-1', '-1', '1']);
  });

  test('every socket of a port that is shared hears what is for many, and one of them what is for one', async () => {
    const cable = await run(`
  int fds[3];
  char buffer[8];

  for (int i = 0; i < 3; i++)
    {
      fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
      set(fds[i], SOL_SOCKET, SO_REUSEADDR, 1);
      if (i == 2)
        setsockopt(fds[i], SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
      printf("%d\\n", bind(fds[i], ANY(7)));
    }
  fflush(stdout);
  usleep(50000);
  for (int i = 0; i < 3; i++)
    {
      int count = 0;

      while (recv(fds[i], buffer, 8, MSG_DONTWAIT) > 0)
        count++;
      printf("%d: %d\\n", i, count);
    }
  set(fds[0], SOL_SOCKET, SO_BROADCAST, 1);
  printf("%d\\n", (int)sendto(fds[0], "all", 3, 0, at(INADDR_BROADCAST, 9), 16));`);
    cable.send(udp(text('one')));
    cable.send(ipv4Frame(Protocol.Udp, udpDatagram(1234, 7, text('all'), HOST.address, 0x0a00_00ff), { destination: 0x0a00_00ff, to: MAC_BROADCAST })); // prettier-ignore
    cable.run(10);
    expect(cable.test.lines).toEqual(['0', '0', '0', '0: 1', '1: 2', '2: 0', '3']);
    expect(cable.heard().filter(({ is }) => is === 'udp')).toEqual([
      expect.objectContaining({ to: MAC_BROADCAST, destination: INADDR_BROADCAST, data: text('all') }),
    ]);
  });
});

describe('IPPROTO_ICMP', () => {
  test('a SOCK_DGRAM socket pings: replies to its own requests come to it', async () => {
    const cable = await run(`
  int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
  struct icmp_hdr_s request = { .type = ICMP_ECHO_REQUEST, .id = htons(77), .seqno = htons(1) };
  struct icmp_hdr_s *reply = (struct icmp_hdr_s *)g_buffer;
  socklen_t length = sizeof(g_address);

  printf("%d\\n", (int)sendto(fd, &request, sizeof(request), 0, at(INADDR_LOOPBACK, 0), 16));
  printf("%d", (int)recvfrom(fd, g_buffer, 64, 0, (struct sockaddr *)&g_address, &length));
  printf(" %d %d %d %08x\\n", reply->type, ntohs(reply->id), ntohs(reply->seqno), (int)ntohl(g_address.sin_addr.s_addr));
  set(fd, IPPROTO_IP, IP_TTL, 3);
  sendto(fd, &request, sizeof(request), 0, at(0x0a000001, 0), 16);
  limit(fd, SO_RCVTIMEO, 200);
  printf("%d\\n", (int)recv(fd, g_buffer, 64, 0));
  request.type = ICMP_TIMESTAMP_REQUEST;
  printf("%d", (int)sendto(fd, &request, sizeof(request), 0, at(INADDR_LOOPBACK, 0), 16));
  printf(" %d\\n", errno == EINVAL);`);
    const asked = cable.ask(arpFrame());
    expect(asked.find(({ is }) => is === 'icmp')).toMatchObject({
      is: 'icmp',
      type: IcmpType.EchoRequest,
      destination: HOST.address,
      ttl: 3,
    });
    const reply = (id: number) => ipv4Frame(Protocol.Icmp, message(IcmpType.EchoReply, 0, id * 65536 + 1, bytesOf(4)));
    cable.ask(reply(76));
    cable.ask(reply(77));
    expect(cable.test.lines).toEqual(['8', '8 0 77 1 7f000001', '12', '-1 1']);
  });

  test('a SOCK_RAW socket gets all messages that its filter lets through, with their header', async () => {
    const cable = await run(`
  int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  int filter = 1 << ICMP_ECHO_REPLY;

  printf("%d\\n", setsockopt(fd, IPPROTO_ICMP, ICMP_FILTER, &filter, sizeof(filter)));
  printf("%x\\n", get(fd, IPPROTO_ICMP, ICMP_FILTER));
  fflush(stdout);
  printf("%d", (int)recv(fd, g_buffer, 64, 0));
  printf(" %02x %d\\n", g_buffer[0], g_buffer[20]);`);
    cable.ask(ipv4Frame(Protocol.Icmp, message(IcmpType.EchoReply, 0, 1, bytesOf(4))));
    cable.ask(ipv4Frame(Protocol.Icmp, echoRequest()));
    cable.ask(ipv4Frame(Protocol.Icmp, message(14, 0, 1, bytesOf(4))));
    expect(cable.test.lines).toEqual(['0', '1', '32 45 14']);
  });
});

test('AF_PACKET: frames of a type, from the groups that were asked for, whole or what they carry', async () => {
  const cable = await run(`
  int raw = socket(AF_PACKET, SOCK_RAW, htons(ETHERTYPE_PTP));
  int cooked = socket(AF_PACKET, SOCK_DGRAM, 0);
  struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_protocol = htons(ETHERTYPE_PTP), .sll_halen = 6 };
  struct packet_mreq group = { .mr_alen = 6, .mr_address = { 0x01, 0x1b, 0x19, 0, 0, 0 } };
  struct sockaddr_ll from;
  socklen_t length = sizeof(from);

  link.sll_ifindex = 9;
  printf("%d", bind(cooked, (struct sockaddr *)&link, sizeof(link)));
  printf(" %d\\n", errno == ENODEV);
  link.sll_ifindex = group.mr_ifindex = if_nametoindex("eth0");
  printf("%d\\n", bind(cooked, (struct sockaddr *)&link, sizeof(link)));
  printf("%d\\n", setsockopt(raw, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group, sizeof(group)));
  fflush(stdout);
  printf("%d\\n", (int)recv(raw, g_buffer, 1500, 0));
  printf("%d", (int)recvfrom(cooked, g_buffer, 1500, 0, (struct sockaddr *)&from, &length));
  printf(" %02x %04x %d %d %02x\\n", g_buffer[0], ntohs(from.sll_protocol), from.sll_pkttype, from.sll_ifindex,
         from.sll_addr[5]);
  printf("%d", (int)send(raw, g_buffer, 64, 0));
  printf(" %d\\n", errno == ENXIO);
  printf("%d", (int)send(cooked, g_buffer, 46, 0));
  printf(" %d\\n", errno == EDESTADDRREQ);
  memcpy(link.sll_addr, group.mr_address, 6);
  printf("%d\\n", (int)sendto(cooked, "carried", 7, 0, (struct sockaddr *)&link, sizeof(link)));
  printf("%d", (int)sendto(cooked, g_buffer, 2000, 0, (struct sockaddr *)&link, sizeof(link)));
  printf(" %d\\n", errno == EMSGSIZE);
  printf("%d\\n", setsockopt(raw, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &group, sizeof(group)));
  printf("%d\\n", (int)recv(raw, g_buffer, 1500, MSG_DONTWAIT));`);
  const ptp = 0x011b_1900_0000;
  const frame = etherFrame(ptp, HOST.mac, 0x88f7, 46);
  frame[14] = 0x42;
  cable.ask(etherFrame(ptp, HOST.mac, 0x88f8, 46));
  cable.taken();
  cable.send(frame);
  cable.run();
  expect(cable.test.lines).toEqual([
    ...['-1 1', '0', '0', '60', '46 42 88f7 2 1 aa'],
    ...['-1 1', '-1 1', '7', '-1 1', '0', '-1'],
  ]);
  const [sent] = cable.taken();
  expect([...sent!.subarray(0, 21)]).toEqual([
    ...[0x01, 0x1b, 0x19, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0x88, 0xf7],
    ...text('carried'),
  ]);
  expect([...cable.eth0.macs.keys()]).not.toContain(ptp);
  expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
});
