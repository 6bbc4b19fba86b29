import { expect, test } from 'vitest';
import { expectCalls } from '../calls';

const setup = `#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

static struct sockaddr_in g_address;
static char g_buffer[4096];
static int g_listener, g_client, g_server, g_other, g_value, g_pipes;
static socklen_t g_length;

static FAR struct sockaddr *at(uint32_t address, int port)
{
  g_address.sin_family = AF_INET;
  g_address.sin_addr.s_addr = htonl(address);
  g_address.sin_port = htons(port);
  return (FAR struct sockaddr *)&g_address;
}

#define LOCAL(port) at(INADDR_LOOPBACK, port), sizeof(g_address)

static int set(int fd, int level, int option, int value)
{
  return setsockopt(fd, level, option, &value, sizeof(value));
}

static int get(int fd, int level, int option)
{
  g_length = sizeof(g_value);
  return getsockopt(fd, level, option, &g_value, &g_length) < 0 ? -1 : g_value;
}

static short events(int fd, short wanted, int timeout)
{
  struct pollfd polled = { .fd = fd, .events = wanted };
  poll(&polled, 1, timeout);
  return polled.revents;
}

static void on_pipe(int signo)
{
  g_pipes++;
}

static int alarm_in(int ms)
{
  struct itimerval after = { .it_value = { .tv_usec = ms * 1000 } };
  signal(SIGALRM, on_pipe);
  return setitimer(ITIMER_REAL, &after, NULL);
}

static int limit(int fd, int option, int ms)
{
  struct timeval time = { .tv_usec = ms * 1000 };
  return setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time));
}

static int fill(int fd, int flags)
{
  int total = 0, count;
  while ((count = send(fd, g_buffer, sizeof(g_buffer), flags)) > 0) total += count;
  return total;
}

static int tcp(void)
{
  return socket(AF_INET, SOCK_STREAM, 0);
}

static int pair_of(int port)
{
  g_client = tcp();
  if (connect(g_client, LOCAL(port)) < 0) return -1;
  g_server = accept(g_listener, NULL, NULL);
  return g_server < 0 ? -1 : 0;
}
`;

const board = { board: 'controller' };

test('bind, listen, connect, accept, send, recv, shutdown, getsockname and getpeername of TCP', () =>
  expectCalls(
    setup,
    [
      ['(g_listener = tcp()) >= 0', 1],
      ['bind(g_listener, LOCAL(80))', 0],
      ['bind(g_listener, LOCAL(81))', 'EINVAL'],
      ['accept(g_listener, NULL, NULL)', 'EINVAL'],
      ['get(g_listener, SOL_SOCKET, SO_ACCEPTCONN)', 0],
      ['listen(g_listener, 2)', 0],
      ['get(g_listener, SOL_SOCKET, SO_ACCEPTCONN)', 1],
      ['connect(g_listener, LOCAL(80))', 'EISCONN'],
      ['(g_other = tcp()) >= 0', 1],
      ['bind(g_other, LOCAL(80))', 'EADDRINUSE'],
      ['bind(g_other, at(INADDR_ANY, 80), sizeof(g_address))', 'EADDRINUSE'],
      ['bind(g_other, at(0x08080808, 80), sizeof(g_address))', 'EADDRNOTAVAIL'],
      ['(g_address.sin_family = AF_LOCAL, bind(g_other, (FAR void *)&g_address, sizeof(g_address)))', 'EAFNOSUPPORT'],
      ['send(g_other, "x", 1, 0)', 'ENOTCONN'],
      ['recv(g_other, g_buffer, 1, 0)', 'ENOTCONN'],
      ['shutdown(g_other, SHUT_RDWR)', 'ENOTCONN'],
      ['(g_length = sizeof(g_address), getpeername(g_other, (FAR void *)&g_address, &g_length))', 'ENOTCONN'],
      ['connect(g_other, LOCAL(81))', 'ECONNREFUSED'],
      ['connect(g_other, LOCAL(0))', 'EINVAL'],
      ['connect(g_other, at(INADDR_BROADCAST, 80), sizeof(g_address))', 'EACCES'],
      ['connect(g_other, at(0xe0000001, 80), sizeof(g_address))', 'ENETUNREACH'],

      ['pair_of(80)', 0],
      ['connect(g_client, LOCAL(80))', 'EISCONN'],
      ['(g_length = sizeof(g_address), getpeername(g_client, (FAR void *)&g_address, &g_length))', 0],
      ['ntohs(g_address.sin_port)', 80],
      ['(g_length = sizeof(g_address), getsockname(g_server, (FAR void *)&g_address, &g_length))', 0],
      ['ntohs(g_address.sin_port)', 80],
      ['ntohl(g_address.sin_addr.s_addr) == INADDR_LOOPBACK', 1],

      ['send(g_client, "hello", 5, 0)', 5],
      ['recv(g_server, g_buffer, 2, MSG_PEEK)', 2],
      ['ioctl(g_server, FIONREAD, &g_value)', 0],
      ['g_value', 5],
      ['recv(g_server, g_buffer, sizeof(g_buffer), 0)', 5],
      ['memcmp(g_buffer, "hello", 5)', 0],
      ['recv(g_server, g_buffer, 1, MSG_DONTWAIT)', 'EAGAIN'],
      ['recv(g_server, g_buffer, 1, MSG_OOB)', 'EINVAL'],
      ['write(g_server, "abc", 3)', 3],
      ['send(g_server, "d", 1, MSG_OOB)', 1],
      ['recv(g_client, g_buffer, 4, MSG_WAITALL)', 4],
      ['memcmp(g_buffer, "abcd", 4)', 0],
      ['events(g_client, POLLIN | POLLOUT, 0)', 4],

      // One direction ends, the other goes on.
      ['shutdown(g_client, SHUT_WR)', 0],
      ['(signal(SIGPIPE, on_pipe), send(g_client, "x", 1, 0))', 'EPIPE'],
      ['g_pipes', 1],
      ['send(g_client, "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
      ['g_pipes', 1],
      ['recv(g_server, g_buffer, 10, 0)', 0],
      ['events(g_server, POLLIN, 0)', 1],
      ['send(g_server, "still", 5, 0)', 5],
      ['read(g_client, g_buffer, 100)', 5],
      ['shutdown(g_server, SHUT_WR)', 0],
      ['read(g_client, g_buffer, 100)', 0],
      ['events(g_client, POLLIN, 0)', 17],
      ['close(g_client) + close(g_server)', 0],

      // With something unread, closing is a reset.
      ['pair_of(80)', 0],
      ['send(g_client, "unread", 6, 0)', 6],
      ['(usleep(20000), close(g_server))', 0],
      ['(usleep(20000), events(g_client, POLLIN, 0))', 25],
      ['get(g_client, SOL_SOCKET, SO_ERROR)', 104],
      ['recv(g_client, g_buffer, 1, 0)', 0],
      ['send(g_client, "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
      ['close(g_client)', 0],

      // So is closing without lingering, which the other end learns from its next call.
      ['pair_of(80)', 0],
      ['setsockopt(g_server, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger))', 0],
      ['(close(g_server), usleep(20000), recv(g_client, g_buffer, 1, 0))', 'ECONNRESET'],
      ['recv(g_client, g_buffer, 1, 0)', 0],
      ['close(g_client)', 0],

      // Who comes to nobody, who has gone before he was accepted, and who does not wait.
      ['(g_client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) >= 0', 1],
      ['connect(g_client, LOCAL(81))', 'EINPROGRESS'],
      ['events(g_client, POLLOUT, 100)', 24],
      ['connect(g_client, LOCAL(81))', 'ECONNREFUSED'],
      ['connect(g_client, LOCAL(80))', 'EINPROGRESS'],
      ['events(g_client, POLLOUT, 100)', 4],
      ['connect(g_client, LOCAL(80))', 'EISCONN'],
      ['setsockopt(g_client, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger))', 0],
      ['(close(g_client), usleep(20000), accept(g_listener, NULL, NULL))', 'ECONNABORTED'],

      // Nobody answers.
      ['(g_client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) >= 0', 1],
      ['connect(g_client, at(0x0a0000c8, 80), sizeof(g_address))', 'EINPROGRESS'],
      ['connect(g_client, at(0x0a0000c8, 80), sizeof(g_address))', 'EALREADY'],
      ['events(g_client, POLLOUT, 20)', 0],
      ['events(g_client, POLLOUT, 2000)', 24],
      ['connect(g_client, LOCAL(80))', 'EHOSTUNREACH'],
      ['close(g_client)', 0],
      ['fcntl(g_listener, F_SETFL, O_NONBLOCK)', 0],
      ['accept(g_listener, NULL, NULL)', 'EAGAIN'],
      ['close(g_listener) + close(g_other)', 0],
    ],
    board,
  ).then(({ machine }) => {
    const { net } = machine.kernel.state;
    expect(net.sockets.size).toBe(0);
    expect(net.iobs.free).toBe(net.iobs.total);
  }));

test('what waits in accept, recv, send and connect: SO_RCVTIMEO, SO_SNDTIMEO, signals', () =>
  expectCalls(
    setup,
    [
      ['(g_listener = tcp()) >= 0', 1],
      ['bind(g_listener, LOCAL(80)) + listen(g_listener, 4)', 0],
      ['limit(g_listener, SO_RCVTIMEO, 50)', 0],
      ['accept(g_listener, NULL, NULL)', 'EAGAIN'],
      ['limit(g_listener, SO_RCVTIMEO, 0)', 0],
      ['(alarm_in(50), accept(g_listener, NULL, NULL))', 'EINTR'],
      ['pair_of(80)', 0],
      ['(alarm_in(50), recv(g_client, g_buffer, 1, 0))', 'EINTR'],
      ['send(g_server, "ab", 2, 0)', 2],
      ['(alarm_in(50), recv(g_client, g_buffer, 4, MSG_WAITALL))', 2],
      ['limit(g_client, SO_RCVTIMEO, 50)', 0],
      ['recv(g_client, g_buffer, 1, 0)', 'EAGAIN'],
      ['send(g_server, "ab", 2, 0)', 2],
      ['recv(g_client, g_buffer, 4, MSG_WAITALL)', 2],

      // Nobody reads: 16 KiB here and there, or less where I/O buffers are few.
      ['limit(g_client, SO_SNDTIMEO, 50)', 0],
      ['fill(g_client, 0) > 20000', 1],
      ['events(g_client, POLLOUT, 0)', 0],
      ['send(g_client, g_buffer, 1, 0)', 'EAGAIN'],
      ['send(g_client, g_buffer, 1, MSG_DONTWAIT)', 'EAGAIN'],
      ['limit(g_client, SO_SNDTIMEO, 0)', 0],
      ['(alarm_in(50), send(g_client, g_buffer, 1, 0))', 'EINTR'],
      ['recv(g_server, g_buffer, sizeof(g_buffer), MSG_WAITALL)', 4096],
      ['recv(g_server, g_buffer, sizeof(g_buffer), MSG_WAITALL)', 4096],
      ['events(g_client, POLLOUT, 500)', 4],
      ['close(g_server)', 0],
      ['(usleep(20000), recv(g_client, g_buffer, 1, 0))', 'ECONNRESET'],
      ['close(g_client)', 0],

      // Nobody is there.
      ['(g_client = tcp()) >= 0', 1],
      ['limit(g_client, SO_SNDTIMEO, 50)', 0],
      ['connect(g_client, at(0x0a0000c8, 80), sizeof(g_address))', 'ETIMEDOUT'],
      ['close(g_client)', 0],
      ['(g_client = tcp()) >= 0', 1],
      ['(alarm_in(50), connect(g_client, at(0x0a0000c9, 80), sizeof(g_address)))', 'EINTR'],
      ['connect(g_client, at(0x0a0000c9, 80), sizeof(g_address))', 'EHOSTUNREACH'],
      ['close(g_client) + close(g_listener)', 0],
      ['sleep(2)', 0],
    ],
    board,
  ).then(({ machine }) => {
    const { net } = machine.kernel.state;
    expect(net.iobs.free).toBe(net.iobs.total);
  }));

test('ports and options of TCP: SO_REUSEADDR, TCP_NODELAY, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_MAXSEG', () =>
  expectCalls(
    setup,
    [
      ['(g_listener = tcp()) >= 0', 1],
      ['bind(g_listener, LOCAL(80)) + listen(g_listener, 4)', 0],
      ['pair_of(80)', 0],
      ['close(g_server) + close(g_client) + close(g_listener)', 0],
      ['usleep(50000)', 0],
      // What is left of the connection still has the port.
      ['(g_listener = tcp()) >= 0', 1],
      ['bind(g_listener, LOCAL(80))', 'EADDRINUSE'],
      ['set(g_listener, SOL_SOCKET, SO_REUSEADDR, 1)', 0],
      ['bind(g_listener, LOCAL(80)) + listen(g_listener, 4)', 0],
      ['(g_other = tcp()) >= 0', 1],
      ['set(g_other, SOL_SOCKET, SO_REUSEADDR, 1)', 0],
      ['bind(g_other, LOCAL(80))', 'EADDRINUSE'],
      ['bind(g_other, LOCAL(5000))', 0],
      ['connect(g_other, LOCAL(80))', 0],
      ['(g_client = tcp()) >= 0', 1],
      ['set(g_client, SOL_SOCKET, SO_REUSEADDR, 1)', 0],
      ['bind(g_client, LOCAL(5000))', 0],
      ['connect(g_client, LOCAL(80))', 'EADDRINUSE'],
      ['listen(g_other, 4)', 'EINVAL'],
      ['close(g_client)', 0],
      ['(g_client = tcp()) >= 0', 1],
      ['set(g_client, SOL_SOCKET, SO_REUSEADDR, 1) + bind(g_client, at(INADDR_ANY, 5001), sizeof(g_address))', 0],
      ['(g_server = tcp()) >= 0', 1],
      ['set(g_server, SOL_SOCKET, SO_REUSEADDR, 1) + bind(g_server, LOCAL(5001))', 0],
      ['listen(g_server, 1)', 0],
      ['listen(g_client, 1)', 'EADDRINUSE'],

      ['get(g_other, IPPROTO_TCP, TCP_NODELAY)', 0],
      ['set(g_other, IPPROTO_TCP, TCP_NODELAY, 1)', 0],
      ['get(g_other, IPPROTO_TCP, TCP_NODELAY)', 1],
      ['get(g_other, IPPROTO_TCP, TCP_KEEPIDLE)', 7200],
      ['set(g_other, IPPROTO_TCP, TCP_KEEPIDLE, 20)', 0],
      ['get(g_other, IPPROTO_TCP, TCP_KEEPIDLE)', 20],
      ['set(g_other, IPPROTO_TCP, TCP_KEEPIDLE, 0)', 'EINVAL'],
      ['setsockopt(g_other, IPPROTO_TCP, TCP_KEEPINTVL, &(struct timeval){ 3, 0 }, sizeof(struct timeval))', 0],
      ['get(g_other, IPPROTO_TCP, TCP_KEEPINTVL)', 3],
      ['set(g_other, IPPROTO_TCP, TCP_KEEPCNT, 5)', 0],
      ['get(g_other, IPPROTO_TCP, TCP_KEEPCNT)', 5],
      ['set(g_other, IPPROTO_TCP, TCP_KEEPCNT, 256)', 'EINVAL'],
      ['setsockopt(g_other, IPPROTO_TCP, TCP_KEEPCNT, "x", 1)', 'EINVAL'],
      ['get(g_client, IPPROTO_TCP, TCP_MAXSEG)', 1460],
      ['set(g_client, IPPROTO_TCP, TCP_MAXSEG, 500)', 0],
      ['get(g_client, IPPROTO_TCP, TCP_MAXSEG)', 500],
      ['set(g_client, IPPROTO_TCP, TCP_MAXSEG, 87)', 'EINVAL'],
      ['get(g_other, IPPROTO_TCP, 99)', 'ENOPROTOOPT'],
      ['set(g_other, SOL_SOCKET, SO_KEEPALIVE, 1)', 0],
    ],
    board,
  ));
