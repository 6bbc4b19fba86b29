/** The calls of sockets (manual 2.11), each errno of them, over the board's own network. */
import { expect, test } from 'vitest';
import { expectCalls, type Call } from '../calls';
import { compile } from '../firmware';
import { socketPrelude, withNetwork } from './socket';

const check = (setup: string, calls: readonly Call[], config = {}) =>
  expectCalls(`${socketPrelude}${setup}`, calls, withNetwork(config));

test('socket(): the domain, the type and the protocol', async () => {
  await check('', [
    ['socket(AF_INET, SOCK_DGRAM, 0)', 3],
    ['socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)', 4],
    ['socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)', 5],
    ['socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)', 6],
    ['socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)', 7],
    ['socket(AF_PACKET, SOCK_RAW, htons(0x88f7))', 8],
    ['socket(AF_INET, SOCK_CTRL, 0)', 9],
    ['socket(AF_INET6, SOCK_DGRAM, 0)', 'EAFNOSUPPORT'],
    ['socket(AF_UNSPEC, SOCK_DGRAM, 0)', 'EAFNOSUPPORT'],
    ['socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)', 'EPROTONOSUPPORT'],
    ['socket(AF_INET, SOCK_SEQPACKET, 0)', 'EPROTONOSUPPORT'],
    ['socket(AF_INET, SOCK_RAW, IPPROTO_UDP)', 'EPROTONOSUPPORT'],
    ['socket(AF_LOCAL, SOCK_STREAM, IPPROTO_TCP)', 'EPROTONOSUPPORT'],
    ['socket(AF_INET, SOCK_DGRAM | 0x100, 0)', 'EINVAL'],
    ['socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)', 10],
    ['fcntl(10, F_GETFL) & (O_NONBLOCK | O_RDWR)', 0o4002],
    ['fcntl(10, F_GETFD)', 1],
  ]);
});

test('socket(): there can be only so many', async () => {
  const many = `
static int many(void)
{
  int count = 0;

  while (socket(AF_INET, SOCK_DGRAM, 0) >= 0)
    count++;
  return count;
}

static int without_heap(void)
{
  int size = 1 << 20;
  int result;

  while (size >= 8)
    if (!take(size))
      size /= 2;
  result = socket(AF_INET, SOCK_DGRAM, 0);
  release();
  return result;
}
`;
  await check(many, [
    ['many()', 6],
    ['socket(AF_INET, SOCK_DGRAM, 0)', 'ENFILE'],
    ['close(3)', 0],
    ['socket(AF_INET, SOCK_DGRAM, 0)', 3],
  ], { CONFIG_NSOCKET_DESCRIPTORS: 6 }); // prettier-ignore
  await check(many, [
    ['many()', 253],
    ['socket(AF_INET, SOCK_DGRAM, 0)', 'EMFILE'],
  ], { CONFIG_NSOCKET_DESCRIPTORS: 300 }); // prettier-ignore
  await check(many, [['without_heap()', 'ENOMEM']]);
  await expectCalls(socketPrelude, [['socket(AF_INET, SOCK_DGRAM, 0)', 'EAFNOSUPPORT']], {
    config: { CONFIG_NET: false },
  });
});

test('bind() and getsockname()', async () => {
  const setup = `
static int g_udp, g_tcp;
static struct sockaddr_in g_name;
static socklen_t g_length = sizeof(g_name);

static int name(int fd)
{
  g_length = sizeof(g_name);
  return getsockname(fd, (struct sockaddr *)&g_name, &g_length) < 0 ? -1 : ntohs(g_name.sin_port);
}
`;
  await check(setup, [
    ['(g_udp = socket(AF_INET, SOCK_DGRAM, 0)) && (g_tcp = socket(AF_INET, SOCK_STREAM, 0))', 1],
    ['name(g_udp)', 0],
    ['bind(g_udp, LOCAL(7))', 0],
    ['name(g_udp)', 7],
    ['ntohl(g_name.sin_addr.s_addr) == INADDR_LOOPBACK && g_name.sin_family == AF_INET && g_length == 16', 1],
    ['bind(g_udp, LOCAL(8))', 'EINVAL'],
    ['bind(socket(AF_INET, SOCK_DGRAM, 0), ANY(7))', 'EADDRINUSE'],
    ['bind(socket(AF_INET, SOCK_DGRAM, 0), at(0x0a000002, 7), 16)', 0],
    ['bind(g_tcp, ANY(7))', 0],
    ['bind(socket(AF_INET, SOCK_STREAM, 0), LOCAL(7))', 'EADDRINUSE'],
    ['bind(socket(AF_INET, SOCK_DGRAM, 0), at(0x01020304, 9), 16)', 'EADDRNOTAVAIL'],
    ['bind(socket(AF_INET, SOCK_DGRAM, 0), at(INADDR_ANY, 9), 8)', 'EINVAL'],
    ['bind(socket(AF_INET, SOCK_DGRAM, 0), NULL, 16)', 'EFAULT'],
    ['bind(0, ANY(7))', 'ENOTSOCK'],
    ['bind(200, ANY(7))', 'EBADF'],
    ['bind(socket(AF_PACKET, SOCK_RAW, 0), ANY(7))', 'EAFNOSUPPORT'],
    ['bind(g_udp = socket(AF_INET, SOCK_DGRAM, 0), ANY(0))', 0],
    ['name(g_udp) >= 49152', 1],
    ['getsockname(0, (struct sockaddr *)&g_name, &g_length)', 'ENOTSOCK'],
    ['getsockname(200, (struct sockaddr *)&g_name, &g_length)', 'EBADF'],
    ['getsockname(g_udp, NULL, &g_length)', 'EFAULT'],
    ['getsockname(g_udp, (struct sockaddr *)&g_name, NULL)', 'EFAULT'],
  ]);
});

test('connect() and getpeername(): whom datagrams are for', async () => {
  const setup = `
static int g_udp, g_other;
static struct sockaddr_in g_name;
static socklen_t g_length = sizeof(g_name);
static struct sockaddr g_nobody = { .sa_family = AF_UNSPEC };
static struct sockaddr g_strange = { .sa_family = 77 };
`;
  await check(setup, [
    ['(g_udp = socket(AF_INET, SOCK_DGRAM, 0)) && (g_other = bound(SOCK_DGRAM, 7))', 1],
    ['getpeername(g_udp, (struct sockaddr *)&g_name, &g_length)', 'ENOTCONN'],
    ['connect(g_udp, LOCAL(7))', 0],
    ['getpeername(g_udp, (struct sockaddr *)&g_name, &g_length)', 0],
    ['ntohs(g_name.sin_port)', 7],
    ['send(g_udp, "abc", 3, 0)', 3],
    ['recv(g_other, &g_name, 16, 0)', 3],
    ['sendto(g_udp, "abc", 3, 0, LOCAL(7))', 'EISCONN'],
    ['connect(g_udp, &g_nobody, sizeof(g_nobody))', 0],
    ['send(g_udp, "abc", 3, 0)', 'EDESTADDRREQ'],
    ['connect(g_udp, &g_strange, sizeof(g_strange))', 'EAFNOSUPPORT'],
    ['connect(g_udp, NULL, 16)', 'EFAULT'],
    ['connect(g_udp, ANY(7) - 10)', 'EINVAL'],
    ['connect(g_udp, at(INADDR_BROADCAST, 7), 16)', 'EACCES'],
    ['set(g_udp, SOL_SOCKET, SO_BROADCAST, 1)', 0],
    ['connect(g_udp, at(INADDR_BROADCAST, 7), 16)', 0],
    ['connect(0, LOCAL(7))', 'ENOTSOCK'],
    ['connect(200, LOCAL(7))', 'EBADF'],
    ['connect(socket(AF_PACKET, SOCK_RAW, 0), LOCAL(7))', 'EOPNOTSUPP'],
    ['getpeername(0, (struct sockaddr *)&g_name, &g_length)', 'ENOTSOCK'],
    ['getpeername(g_udp, NULL, NULL)', 'EFAULT'],
  ]);
  const far = 'static int g_udp;\n';
  await check(far, [
    ['connect(socket(AF_INET, SOCK_DGRAM, 0), at(0x08080808, 7), 16)', 'ENETUNREACH'],
    ['connect(socket(AF_INET, SOCK_STREAM, 0), at(0x08080808, 7), 16)', 'ENETUNREACH'],
    ['sendto(socket(AF_INET, SOCK_DGRAM, 0), "a", 1, 0, at(0x08080808, 7), 16)', 'ENETUNREACH'],
  ], { CONFIG_NETINIT_DRIPADDR: 0 }); // prettier-ignore
});

test('connect(), listen() and accept() of a stream', async () => {
  const setup = `
static int g_server, g_client, g_peer, g_busy, g_flood[8];
static struct sockaddr_in g_name;
static socklen_t g_length = sizeof(g_name);

/* A connection that is reset before anybody has accepted it. */

static int reset(void)
{
  struct linger now = { .l_onoff = 1, .l_linger = 0 };
  int fd = client(80);

  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  return close(fd);
}

static int filled(void)
{
  int count = 0;

  while (dup(0) >= 0)
    count++;
  return count > 0;
}
`;
  await check(setup, [
    ['(g_server = server(80, 4)) && (g_client = socket(AF_INET, SOCK_STREAM, 0))', 1],
    ['fcntl(g_server, F_SETFL, O_NONBLOCK)', 0],
    ['accept(g_server, NULL, NULL)', 'EAGAIN'],
    ['EWOULDBLOCK == EAGAIN', 1],
    ['connect(g_client, LOCAL(80))', 0],
    ['connect(g_client, LOCAL(80))', 'EISCONN'],
    ['accept(g_server, (struct sockaddr *)&g_name, NULL)', 'EFAULT'],
    ['(g_peer = accept(g_server, (struct sockaddr *)&g_name, &g_length)) > g_client', 1],
    ['g_length == 16 && ntohl(g_name.sin_addr.s_addr) == INADDR_LOOPBACK && ntohs(g_name.sin_port) >= 49152', 1],
    ['fcntl(g_peer, F_GETFL) & O_NONBLOCK', 0],
    ['send(g_peer, "hello", 5, 0)', 5],
    ['recv(g_client, &g_name, 16, 0)', 5],
    ['sendto(g_peer, "x", 1, 0, LOCAL(80))', 'EISCONN'],
    ['connect(socket(AF_INET, SOCK_STREAM, 0), LOCAL(81))', 'ECONNREFUSED'],
    ['connect(g_busy = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), at(0x0a000063, 80), 16)', 'EINPROGRESS'],
    ['connect(g_busy, at(0x0a000063, 80), 16)', 'EALREADY'],
    ['listen(g_client, 1)', 'EINVAL'],
    ['listen(bound(SOCK_DGRAM, 9), 1)', 'EOPNOTSUPP'],
    ['listen(0, 1)', 'ENOTSOCK'],
    ['listen(200, 1)', 'EBADF'],
    ['accept(g_client, NULL, NULL)', 'EINVAL'],
    ['accept(bound(SOCK_DGRAM, 9), NULL, NULL)', 'EOPNOTSUPP'],
    ['accept(0, NULL, NULL)', 'ENOTSOCK'],
    ['accept(200, NULL, NULL)', 'EBADF'],
    ['accept4(g_server, NULL, NULL, 1)', 'EINVAL'],
    ['reset()', 0],
    ['accept(g_server, NULL, NULL)', 'ECONNABORTED'],
    ['client(80) > 0', 1],
    ['fcntl(g_peer = accept4(g_server, NULL, NULL, SOCK_NONBLOCK), F_GETFL) & O_NONBLOCK', 0o4000],
    ['recv(g_peer, &g_name, 1, 0)', 'EAGAIN'],
    ['client(80) > 0', 1],
    ['filled()', 1],
    ['accept(g_server, NULL, NULL)', 'EMFILE'],
  ]);
  const full = `${setup}
static int without_heap(void)
{
  int size = 1 << 20;
  int result;

  client(80);
  while (size >= 8)
    if (!take(size))
      size /= 2;
  result = accept(g_server, NULL, NULL);
  release();
  return result;
}
`;
  await check(full, [
    ['(g_server = server(80, 4)) > 0', 1],
    ['client(80) > 0', 1],
    ['accept(g_server, NULL, NULL)', 'ENFILE'],
  ], { CONFIG_NSOCKET_DESCRIPTORS: 2 }); // prettier-ignore
  await check(full, [
    ['(g_server = server(80, 4)) > 0', 1],
    ['without_heap()', 'ENOMEM'],
  ]);
  const shared = `
static int shared(int port)
{
  int fd = socket(AF_INET, SOCK_STREAM, 0);

  set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  bind(fd, ANY(port));
  return fd;
}
static int g_first, g_second;
`;
  await check(shared, [
    ['(g_first = shared(80)) && (g_second = shared(80)) && server(81, 1) > 0', 1],
    ['listen(g_first, 1)', 0],
    ['listen(g_second, 1)', 'EADDRINUSE'],
    ['connect(g_first = shared(90), LOCAL(81))', 0],
    ['connect(g_second = shared(90), LOCAL(81))', 'EADDRINUSE'],
  ]);
});

test('sendto() and send()', async () => {
  const setup = `
static int g_udp, g_tcp, g_peer, g_server;
static char g_big[70000];
#include <nuttx/irq.h>

static int full(int fd)
{
  int total = 0;
  int count;

  while ((count = send(fd, g_big, 4096, MSG_DONTWAIT)) > 0)
    total += count;
  return total > 0 ? count : 0;
}

/* More than the I/O buffers take, while what was sent cannot come in. */

static int crowded(int flags)
{
  int sent = 0;
  int result = 0;
  irqstate_t state = enter_critical_section();

  while (sent < 200 && (result = sendto(g_udp, g_big, 500, flags, LOCAL(7))) > 0)
    sent++;
  leave_critical_section(state);
  return result < 0 ? result : sent;
}

/* The other side has gone, and what is sent is answered with a reset. */

static int after_reset(void)
{
  struct linger now = { .l_onoff = 1, .l_linger = 0 };

  setsockopt(g_peer, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  close(g_peer);
  usleep(20000);
  return send(g_tcp, "x", 1, MSG_NOSIGNAL);
}
`;
  await check(setup, [
    ['(g_udp = socket(AF_INET, SOCK_DGRAM, 0)) > 0 && (g_server = server(80, 4)) > 0', 1],
    ['sendto(g_udp, "abc", 3, 0, LOCAL(7))', 3],
    ['sendto(g_udp, "", 0, 0, LOCAL(7))', 0],
    ['sendto(200, "abc", 3, 0, LOCAL(7))', 'EBADF'],
    ['sendto(0, "abc", 3, 0, LOCAL(7))', 'ENOTSOCK'],
    ['sendto(g_udp, "abc", 3, 0, NULL, 0)', 'EDESTADDRREQ'],
    ['sendto(g_udp, NULL, 3, 0, LOCAL(7))', 'EFAULT'],
    ['sendto(g_udp, "abc", 3, 0, at(INADDR_LOOPBACK, 7), 4)', 'EINVAL'],
    ['sendto(g_udp, g_big, 65508, 0, LOCAL(7))', 'EMSGSIZE'],
    ['sendto(g_udp, "abc", 3, MSG_OOB, LOCAL(7))', 'EOPNOTSUPP'],
    ['sendto(g_udp, g_big, 60000, 0, LOCAL(7))', 'ENOBUFS'],
    ['crowded(MSG_DONTWAIT)', 'EAGAIN'],
    ['crowded(0)', 200],
    ['sendto(g_udp, "abc", 3, 0, at(INADDR_BROADCAST, 7), 16)', 'EACCES'],
    ['sendto(g_tcp = socket(AF_INET, SOCK_STREAM, 0), "abc", 3, 0, NULL, 0)', 'ENOTCONN'],
    ['connect(g_tcp, LOCAL(80))', 0],
    ['(g_peer = accept(g_server, NULL, NULL)) > 0', 1],
    ['sendto(g_tcp, "abc", 3, 0, NULL, 0)', 3],
    ['full(g_tcp)', 'EAGAIN'],
    ['shutdown(g_peer, SHUT_WR)', 0],
    ['sendto(g_peer, "abc", 3, MSG_NOSIGNAL, NULL, 0)', 'EPIPE'],
    ['after_reset()', 'ECONNRESET'],
    ['send(g_tcp, "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
  ]);
});

test('recvfrom() and recv()', async () => {
  const setup = `
static int g_udp, g_other;
static char g_buffer[64];
static struct sockaddr_in g_from;
static socklen_t g_length = sizeof(g_from);
#define FROM (struct sockaddr *)&g_from, &g_length
`;
  await check(setup, [
    ['(g_udp = bound(SOCK_DGRAM, 7)) > 0 && (g_other = bound(SOCK_DGRAM, 8)) > 0', 1],
    ['sendto(g_other, "first", 5, 0, LOCAL(7)) + sendto(g_other, "second", 6, 0, LOCAL(7))', 11],
    ['recvfrom(g_udp, g_buffer, 64, MSG_PEEK, FROM)', 5],
    ['ntohs(g_from.sin_port)', 8],
    ['recvfrom(g_udp, g_buffer, 3, MSG_TRUNC, FROM)', 5],
    ['memcmp(g_buffer, "first", 5) == 0', 1],
    ['recvfrom(g_udp, g_buffer, 3, 0, FROM)', 3],
    ['memcmp(g_buffer, "sec", 3)', 0],
    ['recvfrom(g_udp, g_buffer, 64, MSG_DONTWAIT, FROM)', 'EAGAIN'],
    ['recvfrom(200, g_buffer, 64, 0, FROM)', 'EBADF'],
    ['recvfrom(0, g_buffer, 64, 0, FROM)', 'ENOTSOCK'],
    ['recvfrom(g_udp, NULL, 64, 0, FROM)', 'EFAULT'],
    ['recvfrom(g_udp, g_buffer, 64, 0, (struct sockaddr *)&g_from, NULL)', 'EINVAL'],
    ['recvfrom(socket(AF_INET, SOCK_STREAM, 0), g_buffer, 64, 0, FROM)', 'ENOTCONN'],
    ['connect(g_udp, LOCAL(99)) + send(g_udp, "abc", 3, 0)', 3],
    ['recvfrom(g_udp, g_buffer, 64, 0, FROM)', 'ECONNREFUSED'],
    ['recvfrom(g_udp, g_buffer, 64, MSG_DONTWAIT, FROM)', 'EAGAIN'],
    ['shutdown(g_other, SHUT_RD)', 'ENOTCONN'],
    ['shutdown(g_udp, SHUT_RD)', 0],
    ['recv(g_udp, g_buffer, 64, 0)', 0],
    ['shutdown(g_udp, SHUT_WR)', 0],
    ['send(g_udp, "abc", 3, 0)', 'EPIPE'],
    ['shutdown(g_udp, 0)', 'EINVAL'],
    ['shutdown(0, SHUT_RD)', 'ENOTSOCK'],
    ['shutdown(200, SHUT_RD)', 'EBADF'],
  ]);
});

test('setsockopt() and getsockopt()', async () => {
  const setup = `
static int g_udp, g_tcp;
static struct timeval g_span;
static struct linger g_linger;
static socklen_t g_length;
static char g_text[16];
#define TIME(sec, usec) (g_span.tv_sec = sec, g_span.tv_usec = usec, &g_span), sizeof(g_span)
#define LINGER(on, s) (g_linger.l_onoff = on, g_linger.l_linger = s, &g_linger), sizeof(g_linger)
`;
  await check(setup, [
    ['(g_udp = socket(AF_INET, SOCK_DGRAM, 0)) > 0 && (g_tcp = socket(AF_INET, SOCK_STREAM, 0)) > 0', 1],
    ...['SO_BROADCAST', 'SO_KEEPALIVE', 'SO_REUSEADDR', 'SO_TIMESTAMP', 'SO_TIMESTAMPNS', 'SO_OOBINLINE'].flatMap(
      (name): Call[] => [
        [`get(g_udp, SOL_SOCKET, ${name})`, 0],
        [`set(g_udp, SOL_SOCKET, ${name}, 5)`, 0],
        [`get(g_udp, SOL_SOCKET, ${name})`, 1],
      ],
    ),
    ['get(g_udp, SOL_SOCKET, SO_TYPE)', 2],
    ['get(g_tcp, SOL_SOCKET, SO_TYPE)', 1],
    ['get(g_udp, SOL_SOCKET, SO_DOMAIN)', 2],
    ['get(g_udp, SOL_SOCKET, SO_ERROR)', 0],
    ['get(g_udp, SOL_SOCKET, SO_RCVBUF)', 16_384],
    ['set(g_udp, SOL_SOCKET, SO_RCVBUF, 4000)', 0],
    ['get(g_udp, SOL_SOCKET, SO_RCVBUF)', 4000],
    ['set(g_udp, SOL_SOCKET, SO_SNDBUF, -1)', 'EINVAL'],
    ['set(g_udp, SOL_SOCKET, SO_TIMESTAMPING, 0x5f)', 0],
    ['get(g_udp, SOL_SOCKET, SO_TIMESTAMPING)', 0x5f],
    ['setsockopt(g_udp, SOL_SOCKET, SO_RCVTIMEO, TIME(1, 500000))', 0],
    ['setsockopt(g_udp, SOL_SOCKET, SO_SNDTIMEO, TIME(0, 1))', 0],
    ['getsockopt(g_udp, SOL_SOCKET, SO_RCVTIMEO, &g_span, (g_length = 16, &g_length))', 0],
    ['g_span.tv_sec * 1000 + g_span.tv_usec / 1000', 1500],
    ['getsockopt(g_udp, SOL_SOCKET, SO_SNDTIMEO, &g_span, (g_length = 16, &g_length))', 0],
    ['g_span.tv_usec', 10_000],
    ['setsockopt(g_udp, SOL_SOCKET, SO_RCVTIMEO, TIME(1LL << 40, 0))', 'EDOM'],
    ['setsockopt(g_udp, SOL_SOCKET, SO_RCVTIMEO, TIME(0, 1000000))', 'EDOM'],
    ['setsockopt(g_udp, SOL_SOCKET, SO_RCVTIMEO, &g_span, 4)', 'EINVAL'],
    ['setsockopt(g_tcp, SOL_SOCKET, SO_LINGER, LINGER(1, 3))', 0],
    ['getsockopt(g_tcp, SOL_SOCKET, SO_LINGER, LINGER(0, 0) ? (g_length = 8, &g_length) : NULL)', 0],
    ['g_linger.l_onoff * 10 + g_linger.l_linger', 13],
    ['setsockopt(g_tcp, SOL_SOCKET, SO_LINGER, LINGER(1, -3))', 'EINVAL'],
    ['setsockopt(g_udp, SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5)', 0],
    ['getsockopt(g_udp, SOL_SOCKET, SO_BINDTODEVICE, g_text, (g_length = 16, &g_length)) + strcmp(g_text, "eth0")', 0],
    ['setsockopt(g_udp, SOL_SOCKET, SO_BINDTODEVICE, "eth9", 5)', 'ENODEV'],
    ['setsockopt(g_udp, SOL_SOCKET, SO_BINDTODEVICE, NULL, 0)', 0],
    ['set(g_udp, SOL_SOCKET, SO_ERROR, 1)', 'ENOPROTOOPT'],
    ['set(g_udp, SOL_SOCKET, 99, 1)', 'ENOPROTOOPT'],
    ['set(g_udp, 99, 1, 1)', 'ENOPROTOOPT'],
    ['set(0, SOL_SOCKET, SO_BROADCAST, 1)', 'ENOTSOCK'],
    ['set(200, SOL_SOCKET, SO_BROADCAST, 1)', 'EBADF'],
    ['setsockopt(g_udp, SOL_SOCKET, SO_BROADCAST, NULL, 4)', 'EFAULT'],
    ['get(g_udp, SOL_SOCKET, 99)', 'ENOPROTOOPT'],
    ['get(0, SOL_SOCKET, SO_TYPE)', 'ENOTSOCK'],
    ['get(200, SOL_SOCKET, SO_TYPE)', 'EBADF'],
    ['getsockopt(g_udp, SOL_SOCKET, SO_TYPE, g_text, NULL)', 'EFAULT'],
    ['getsockopt(g_udp, SOL_SOCKET, SO_TYPE, g_text, (g_length = -1, &g_length))', 'EINVAL'],
    ['getsockopt(g_udp, SOL_SOCKET, SO_TYPE, g_text, (g_length = 2, &g_length))', 0],
    ['g_length', 2],
    ['get(g_udp, IPPROTO_IP, IP_TTL)', 64],
    ['set(g_udp, IPPROTO_IP, IP_TTL, 5)', 0],
    ['get(g_udp, IPPROTO_IP, IP_TTL)', 5],
    ['set(g_udp, IPPROTO_IP, IP_TTL, 0)', 'EINVAL'],
    ['set(g_udp, IPPROTO_IP, IP_TOS, 0xb8)', 0],
    ['get(g_udp, IPPROTO_IP, IP_TOS)', 0xb8],
    ['set(g_udp, IPPROTO_IP, IP_PKTINFO, 1)', 0],
    ['get(g_udp, IPPROTO_IP, IP_MULTICAST_TTL)', 1],
    ['get(g_udp, IPPROTO_IP, IP_MULTICAST_LOOP)', 1],
    ['setsockopt(g_udp, IPPROTO_IP, IP_MULTICAST_LOOP, "\\0", 1)', 0],
    ['get(g_udp, IPPROTO_IP, IP_MULTICAST_LOOP)', 0],
  ]);
});

test('a descriptor of a socket is one of a file: dup, inheritance, fstat, FIONREAD, /proc', async () => {
  const firmware = await compile(
    `${socketPrelude}
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>

static int child(int argc, char *argv[])
{
  send(atoi(argv[1]), "from the child", 14, 0);
  return 0;
}

int main(int argc, char *argv[])
{
  int receiver = bound(SOCK_DGRAM, 7);
  int sender = socket(AF_INET, SOCK_DGRAM, 0);
  int copy;
  int count;
  int pid;
  char text[64];
  char *args[] = { text, NULL };
  struct stat stat;
  FILE *file;

  connect(sender, LOCAL(7));
  sprintf(text, "%d", sender);
  pid = task_create("child", 100, 2048, child, args);
  waitpid(pid, NULL, 0);
  copy = dup(receiver);
  close(receiver);
  poll(&(struct pollfd){ .fd = copy, .events = POLLIN }, 1, -1);
  ioctl(copy, FIONREAD, &count);
  printf("%d to be read\\n", count);
  count = read(copy, text, sizeof(text));
  printf("%.*s\\n", count, text);
  printf("%d written\\n", (int)write(sender, "abc", 3));
  printf("%d read\\n", (int)read(copy, text, 2));
  fstat(copy, &stat);
  printf("socket: %d, terminal: %d\\n", S_ISSOCK(stat.st_mode), isatty(copy));
  file = fopen("/proc/self/group/fd", "r");
  while (fgets(text, sizeof(text), file))
    printf("%s", text);
  fclose(file);
  ioctl(copy, FIOC_FILEPATH, text);
  printf("%s\\n", text);
  return 0;
}
`,
    withNetwork(),
  );
  const { lines, dump } = firmware.run();
  expect(dump).toBeNull();
  expect(lines).toEqual(expect.arrayContaining([
    '14 to be read',
    'from the child',
    '3 written',
    '2 read',
    'socket: 1, terminal: 0',
    expect.stringMatching(/^4 +\d+ +9 +0 +socket:\[domain 2, type 2, proto 0\]$/),
    'socket:[domain 2, type 2, proto 0]',
  ])); // prettier-ignore
});

test('interfaces have numbers and names, and routes can be added by their addresses', async () => {
  const setup = `
#include <net/route.h>

static struct sockaddr_storage g_target, g_netmask, g_router;
static char g_name[IF_NAMESIZE];
static int g_fd;

static struct sockaddr_storage *to(struct sockaddr_storage *where, uint32_t address)
{
  memcpy(where, at(address, 0), sizeof(struct sockaddr_in));
  return where;
}

#define NETWORK to(&g_target, 0x0a090000), to(&g_netmask, 0xffff0000)
`;
  await check(setup, [
    ['if_nametoindex("eth0")', 1],
    ['if_nametoindex("eth7")', 0],
    ['strcmp(if_indextoname(1, g_name), "eth0")', 0],
    ['if_indextoname(7, g_name) == NULL && errno == ENXIO', 1],
    ['(g_fd = socket(AF_INET, SOCK_DGRAM, 0)) > 0', 1],
    ['connect(g_fd, at(0x0a090001, 7), 16)', 'ENETUNREACH'],
    ['addroute(g_fd, NETWORK, to(&g_router, 0x0a000001))', 0],
    ['connect(g_fd, at(0x0a090001, 7), 16)', 0],
    ['delroute(g_fd, NETWORK)', 0],
    ['connect(g_fd, at(0x0a090001, 7), 16)', 'ENETUNREACH'],
    ['delroute(g_fd, NETWORK)', 'ENOENT'],
  ], { CONFIG_NETINIT_DRIPADDR: 0 }); // prettier-ignore
});
