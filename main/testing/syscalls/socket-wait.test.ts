/** Waiting for sockets: what ends a wait, poll and select, and what tasks do to each other meanwhile. */
import { expect, test } from 'vitest';
import { expectCalls, type Call } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';
import { socketPrelude, withNetwork } from './socket';

const check = (setup: string, calls: readonly Call[], config = {}) =>
  expectCalls(`${socketPrelude}${setup}`, calls, withNetwork(config));

/** Calls that wait for something that does not come. */
const waiting = [
  'recv(g_udp, g_buffer, 8, 0)',
  'recvfrom(g_udp, g_buffer, 8, 0, NULL, NULL)',
  'recvmsg(g_udp, &g_message, 0)',
  'read(g_udp, g_buffer, 8)',
  'accept(g_server, NULL, NULL)',
  'accept4(g_server, NULL, NULL, 0)',
  'connect(socket(AF_INET, SOCK_STREAM, 0), at(0x0a000063, 80), 16)',
  'send(g_full, g_buffer, 64, 0)',
  'sendto(g_full, g_buffer, 64, 0, NULL, 0)',
  'sendmsg(g_full, &g_message, 0)',
  'write(g_full, g_buffer, 64)',
];

const waitingSetup = `
static int g_udp, g_server, g_full;
static char g_buffer[4096];
static struct iovec g_vector = { g_buffer, 64 };
static struct msghdr g_message = { .msg_iov = &g_vector, .msg_iovlen = 1 };

static int prepare(void)
{
  int other = server(81, 1);

  g_udp = bound(SOCK_DGRAM, 7);
  g_server = server(80, 4);
  g_full = client(81);
  fcntl(g_full, F_SETFL, O_NONBLOCK);
  for (int i = 0; i < 40; i++)
    {
      while (send(g_full, g_buffer, 64, 0) > 0 || send(g_full, g_buffer, 1, 0) > 0);
      usleep(50000);
    }
  fcntl(g_full, F_SETFL, 0);
  return other > 0;
}
`;

test('a signal ends a wait with EINTR: recv(), recvfrom(), recvmsg(), accept(), connect(), send(), sendto(), sendmsg()', async () => {
  const setup = `${waitingSetup}
static void ignore(int signo)
{
}

/* A signal comes as soon as the caller waits. */

static void *sender(void *pid)
{
  usleep(30000);
  kill((int)pid, SIGUSR1);
  return NULL;
}

static int signalled(void)
{
  pthread_t thread;

  signal(SIGUSR1, ignore);
  pthread_create(&thread, NULL, sender, (void *)getpid());
  return pthread_detach(thread);
}
`;
  await check(setup, [
    ['prepare()', 1],
    ...waiting.flatMap((call): Call[] => [
      ['signalled()', 0],
      [call, 'EINTR'],
    ]),
  ]);
});

test('every wait for a socket is a cancellation point', async () => {
  const setup = `${waitingSetup}
${waiting.map((call, i) => `static void *wait${i}(void *arg)\n{\n  return (void *)(int)${call};\n}\n`).join('\n')}
static int cancelled(void *(*function)(void *))
{
  pthread_t thread;
  void *value;

  pthread_create(&thread, NULL, function, NULL);
  usleep(30000);
  pthread_cancel(thread);
  pthread_join(thread, &value);
  return value == PTHREAD_CANCELED;
}
`;
  await check(setup, [['prepare()', 1], ...waiting.map((_, i): Call => [`cancelled(wait${i})`, 1])], {
    CONFIG_CANCELLATION_POINTS: true,
  });
});

test('SO_RCVTIMEO and SO_SNDTIMEO end a wait with EAGAIN, at their time, and connect() with ETIMEDOUT', async () => {
  const setup = `${waitingSetup}
static int g_begin, g_busy;

static int limited(void)
{
  limit(g_udp, SO_RCVTIMEO, 100);
  limit(g_server, SO_RCVTIMEO, 100);
  limit(g_full, SO_SNDTIMEO, 100);
  limit(g_busy = socket(AF_INET, SOCK_STREAM, 0), SO_SNDTIMEO, 50);
  return 0;
}

static int ticks(int ms)
{
  int passed = (int)clock_systime_ticks() - g_begin;

  g_begin = (int)clock_systime_ticks();
  return passed >= ms / 10 && passed <= ms / 10 + 2;
}
`;
  const limited = waiting.filter((call) => !call.startsWith('connect'));
  await check(setup, [
    ['prepare()', 1],
    ['limited()', 0],
    ['ticks(0) >= 0', 1],
    ...limited.flatMap((call): Call[] => [
      [call, 'EAGAIN'],
      ['ticks(100)', 1],
    ]),
    ['connect(g_busy, at(0x0a000063, 80), 16)', 'ETIMEDOUT'],
    ['ticks(50)', 1],
  ]);
});

test('poll() and select(): what can be read, what can be written, and what has failed', async () => {
  const setup = `
static int g_udp, g_server, g_client, g_peer;
static char g_buffer[64];

static int polled(int fd, int events, int ms)
{
  struct pollfd pollfd = { .fd = fd, .events = events };

  return poll(&pollfd, 1, ms) < 0 ? -1 : pollfd.revents;
}

static int selected(int fd, int ms)
{
  struct timeval time = { 0, ms * 1000 };
  fd_set in;
  fd_set out;

  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(fd, &in);
  FD_SET(fd, &out);
  return select(fd + 1, &in, &out, NULL, &time) < 0 ? -1 : (FD_ISSET(fd, &in) ? 1 : 0) + (FD_ISSET(fd, &out) ? 2 : 0);
}

/* Somebody else sends while the caller waits. */

static void *later(void *arg)
{
  usleep(20000);
  if (arg)
    sendto(socket(AF_INET, SOCK_DGRAM, 0), "abc", 3, 0, LOCAL(7));
  else
    client(80);
  return NULL;
}

static int in_a_while(void *arg)
{
  pthread_t thread;

  pthread_create(&thread, NULL, later, arg);
  return pthread_detach(thread);
}
`;
  const [IN, OUT, ERR, HUP] = [1, 4, 8, 16];
  await check(setup, [
    ['(g_udp = bound(SOCK_DGRAM, 7)) > 0 && (g_server = server(80, 4)) > 0', 1],
    ['polled(g_udp, POLLIN | POLLOUT, 0)', OUT],
    ['selected(g_udp, 0)', 2],
    ['in_a_while((void *)1)', 0],
    ['polled(g_udp, POLLIN, -1)', IN],
    ['selected(g_udp, 0)', 3],
    ['read(g_udp, g_buffer, 64)', 3],
    ['polled(g_server, POLLIN, 0)', 0],
    ['in_a_while(NULL)', 0],
    ['polled(g_server, POLLIN, 1000)', IN],
    ['(g_peer = accept(g_server, NULL, NULL)) > 0', 1],
    ['polled(g_peer, POLLIN | POLLOUT, 0)', OUT],
    ['(g_client = client(80)) > 0 && (g_peer = accept(g_server, NULL, NULL)) > 0', 1],
    ['shutdown(g_client, SHUT_WR)', 0],
    ['polled(g_peer, POLLIN, 1000)', IN],
    ['recv(g_peer, g_buffer, 1, 0)', 0],
    ['close(g_peer)', 0],
    [`polled(g_client, POLLIN, 1000) & ${HUP}`, HUP],
    ['connect(g_udp, LOCAL(99)) + send(g_udp, "x", 1, 0)', 1],
    ['polled(g_udp, POLLIN, 1000)', ERR],
    ['polled(g_udp, POLLIN, 0)', ERR],
    ['get(g_udp, SOL_SOCKET, SO_ERROR)', 111],
    ['polled(g_udp, POLLIN, 0)', 0],
    ['shutdown(g_udp, SHUT_RDWR)', 0],
    ['polled(g_udp, POLLIN, 0)', IN | HUP],
  ]);
});

test('MSG_WAITALL waits for all bytes, and gives what there is when a signal, a limit or the end comes first', async () => {
  const setup = `
static int g_server, g_client, g_peer;
static char g_buffer[64];

static void *writer(void *arg)
{
  usleep(20000);
  send(g_client, "abc", 3, 0);
  usleep(20000);
  send(g_client, "defgh", 5, 0);
  if (arg)
    {
      usleep(20000);
      shutdown(g_client, SHUT_WR);
    }
  return NULL;
}

static int writes(void *arg)
{
  pthread_t thread;

  pthread_create(&thread, NULL, writer, arg);
  return pthread_detach(thread);
}
`;
  await check(setup, [
    ['(g_server = server(80, 1)) > 0 && (g_client = client(80)) > 0', 1],
    ['(g_peer = accept(g_server, NULL, NULL)) > 0', 1],
    ['writes(NULL)', 0],
    ['recv(g_peer, g_buffer, 8, MSG_WAITALL)', 8],
    ['memcmp(g_buffer, "abcdefgh", 8)', 0],
    ['writes(NULL)', 0],
    ['recv(g_peer, g_buffer, 64, 0)', 3],
    ['recv(g_peer, g_buffer, 64, MSG_PEEK)', 5],
    ['(limit(g_peer, SO_RCVTIMEO, 50), recv(g_peer, g_buffer, 64, MSG_WAITALL))', 5],
    ['recv(g_peer, g_buffer, 64, MSG_WAITALL)', 'EAGAIN'],
    ['(limit(g_peer, SO_RCVTIMEO, 0), writes((void *)1))', 0],
    ['recv(g_peer, g_buffer, 64, MSG_WAITALL)', 8],
    ['recv(g_peer, g_buffer, 64, MSG_WAITALL)', 0],
  ]);
});

test('SIGPIPE comes to who sends to nobody, unless MSG_NOSIGNAL says that it is not wanted', async () => {
  const setup = `
static int g_server, g_client, g_signals;

static void count(int signo)
{
  g_signals++;
}

static int closed(void)
{
  g_server = server(80, 1);
  g_client = client(80);
  signal(SIGPIPE, count);
  return shutdown(g_client, SHUT_WR);
}
`;
  await check(setup, [
    ['closed()', 0],
    ['send(g_client, "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
    ['g_signals', 0],
    ['send(g_client, "x", 1, 0)', 'EPIPE'],
    ['g_signals', 1],
    ['write(g_client, "x", 1)', 'EPIPE'],
    ['g_signals', 2],
    ['signal(SIGPIPE, SIG_IGN) == count', 1],
    ['write(g_client, "x", 1)', 'EPIPE'],
    ['connect(g_client = bound(SOCK_DGRAM, 7), LOCAL(8)) + shutdown(g_client, SHUT_WR)', 0],
    ['send(g_client, "x", 1, 0)', 'EPIPE'],
    ['g_signals', 2],
  ]);
});

test('tasks that share a socket: each message comes to one of them, and closing it wakes all', async () => {
  const firmware = await compile(
    `${socketPrelude}
#include <errno.h>

static int g_fd;

static void *reader(void *arg)
{
  char buffer[8];

  for (; ; )
    {
      int count = recv(g_fd, buffer, 8, 0);

      printf("%d: %d %s\\n", (int)arg, count, count < 0 && errno == EBADF ? "EBADF" : "");
      if (count < 0)
        return NULL;
    }
}

int main(int argc, char *argv[])
{
  pthread_t threads[3];
  int sender = socket(AF_INET, SOCK_DGRAM, 0);

  g_fd = bound(SOCK_DGRAM, 7);
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], NULL, reader, (void *)i);
  usleep(20000);
  for (int i = 1; i <= 4; i++)
    {
      sendto(sender, "12345678", i, 0, LOCAL(7));
      usleep(20000);
    }
  close(g_fd);
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
  return 0;
}
`,
    withNetwork(),
  );
  const lines = expectCheckpointsHold(firmware.boot(), 60);
  expect(lines).toEqual(['0: 1 ', '0: 2 ', '0: 3 ', '0: 4 ', '0: -1 EBADF', '1: -1 EBADF', '2: -1 EBADF']);
});
