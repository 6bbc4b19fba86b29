import { describe, expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static int g_a;
static int g_b;
static int g_c;
static int g_pair[2];
static char g_buffer[4096];
static struct sockaddr_un g_un;
static struct sockaddr g_other = { .sa_family = AF_INET };
static socklen_t g_length;

static struct sockaddr *named(const char *path)
{
  memset(&g_un, 0, sizeof(g_un));
  g_un.sun_family = AF_LOCAL;
  strcpy(g_un.sun_path, path);
  return (struct sockaddr *)&g_un;
}

/* A name that begins with a zero. */

static struct sockaddr *abstract(const char *name)
{
  named("");
  strcpy(g_un.sun_path + 1, name);
  return (struct sockaddr *)&g_un;
}

#define ABSTRACT(name) abstract(name), 3 + strlen(name)
#define NAMED(name) named(name), sizeof(g_un)

static int polled(int fd, int events)
{
  struct pollfd pfd = { .fd = fd, .events = events };
  poll(&pfd, 1, 0);
  return pfd.revents;
}

static int unnamed(int (*get)(int, struct sockaddr *, socklen_t *), int fd)
{
  g_length = sizeof(g_un);
  memset(&g_un, 0xff, sizeof(g_un));
  return get(fd, (struct sockaddr *)&g_un, &g_length);
}

static int name_is(const char *path)
{
  return g_un.sun_family == AF_LOCAL && strcmp(g_un.sun_path, path) == 0;
}
`;

/** Nothing is left when all descriptors are closed. */
const expectNothingLeft = ({ machine: { kernel } }: Awaited<ReturnType<typeof expectCalls>>) =>
  expect(kernel.state.net.sockets.size).toBe(0);

test('streams: socket, bind, listen, connect, accept, and every errno of theirs', async () => {
  const machine = await expectCalls(
    setup,
    [
      ['socket(AF_LOCAL, SOCK_STREAM, 1)', 'EPROTONOSUPPORT'],
      ['socket(AF_LOCAL, SOCK_RAW, 0)', 'EPROTONOSUPPORT'],
      ['(g_a = socket(AF_LOCAL, SOCK_STREAM, 0)) >= 0', 1],
      ['bind(g_a, NULL, 0)', 'EFAULT'],
      ['bind(g_a, &g_other, sizeof(struct sockaddr_un))', 'EAFNOSUPPORT'],
      ['listen(g_a, 2)', 'EOPNOTSUPP'],
      ['accept(g_a, NULL, NULL)', 'EINVAL'],
      ['bind(g_a, NAMED("/tmp/server"))', 0],
      ['bind(g_a, NAMED("/tmp/other"))', 'EINVAL'],
      ['(g_b = socket(AF_LOCAL, SOCK_STREAM, 0)) >= 0', 1],
      ['bind(g_b, NAMED("/tmp/server"))', 'EADDRINUSE'],
      ['connect(g_b, NAMED("/tmp/server"))', 'ECONNREFUSED'],
      ['listen(g_a, 1)', 0],
      ['connect(g_b, NAMED("/tmp/nothing"))', 'ENOENT'],
      ['connect(g_b, NAMED("/dev/null"))', 'ECONNREFUSED'],
      ['connect(g_b, ABSTRACT("server"))', 'ECONNREFUSED'],
      ['connect(g_b, &g_other, sizeof(struct sockaddr_un))', 'EAFNOSUPPORT'],
      ['send(g_b, "x", 1, 0)', 'ENOTCONN'],
      ['recv(g_b, g_buffer, 1, 0)', 'ENOTCONN'],
      ['shutdown(g_b, SHUT_WR)', 'ENOTCONN'],
      ['unnamed(getpeername, g_b)', 'ENOTCONN'],
      ['polled(g_b, POLLIN | POLLOUT)', 0x10],
      ['polled(g_a, POLLIN)', 0],
      ['fcntl(g_a, F_SETFL, O_NONBLOCK)', 0],
      ['accept(g_a, NULL, NULL)', 'EAGAIN'],
      ['connect(g_b, NAMED("/tmp/server"))', 0],
      ['connect(g_b, NAMED("/tmp/server"))', 'EISCONN'],
      ['polled(g_a, POLLIN)', 1],
      ['listen(g_b, 1)', 'EINVAL'],
      // The backlog is full.
      ['(g_c = socket(AF_LOCAL, SOCK_STREAM, 0)) >= 0', 1],
      ['connect(g_c, NAMED("/tmp/server"))', 'ECONNREFUSED'],
      ['connect(g_a, NAMED("/tmp/server"))', 'EINVAL'],
      ['close(g_c)', 0],
      // What is sent before anybody has accepted is there then.
      ['send(g_b, "early", 5, 0)', 5],
      ['(g_c = accept(g_a, NULL, NULL)) >= 0', 1],
      ['recv(g_c, g_buffer, 100, 0)', 5],
      ['unnamed(getpeername, g_b)', 0],
      ['name_is("/tmp/server")', 1],
      ['unnamed(getsockname, g_c)', 0],
      ['name_is("/tmp/server")', 1],
      ['unnamed(getsockname, g_b) + (int)g_length', 2],
      ['sendto(g_c, "x", 1, 0, NAMED("/tmp/server"))', 'EISCONN'],
      ['send(g_c, "x", 1, MSG_OOB)', 'EOPNOTSUPP'],
      ['close(g_a) + close(g_b) + close(g_c)', 0],
      // The name is free again.
      ['(g_a = socket(AF_LOCAL, SOCK_STREAM, 0)) >= 0', 1],
      ['bind(g_a, NAMED("/tmp/server"))', 0],
      ['listen(g_a, 4)', 0],
      ['(g_b = socket(AF_LOCAL, SOCK_STREAM, 0)) >= 0', 1],
      ['connect(g_b, NAMED("/tmp/server"))', 0],
      // Whoever was not accepted finds the other end gone.
      ['close(g_a)', 0],
      ['recv(g_b, g_buffer, 1, 0)', 0],
      ['send(g_b, "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
      ['close(g_b)', 0],
      ['(g_a = socket(AF_LOCAL, SOCK_DGRAM, 0)) >= 0', 1],
      ['bind(g_a, ABSTRACT("name"))', 0],
      ['unnamed(getsockname, g_a) + (int)g_length', 7],
      ['listen(g_a, 1)', 'EOPNOTSUPP'],
      ['accept(g_a, NULL, NULL)', 'EOPNOTSUPP'],
      ['(g_b = socket(AF_LOCAL, SOCK_STREAM, 0)) >= 0', 1],
      ['connect(g_b, ABSTRACT("name"))', 'EPROTOTYPE'],
      ['close(g_a) + close(g_b)', 0],
    ],
    controller,
  );
  expectNothingLeft(machine);
});

test('socketpair, send and recv of streams: order, MSG_PEEK, O_NONBLOCK, shutdown, poll', async () => {
  const machine = await expectCalls(
    setup,
    [
      ['socketpair(AF_INET, SOCK_DGRAM, 0, g_pair)', 'EOPNOTSUPP'],
      ['socketpair(99, SOCK_STREAM, 0, g_pair)', 'EAFNOSUPPORT'],
      ['socketpair(AF_LOCAL, SOCK_STREAM, 7, g_pair)', 'EPROTONOSUPPORT'],
      ['socketpair(AF_LOCAL, SOCK_STREAM, 0, NULL)', 'EFAULT'],
      ['socketpair(AF_LOCAL, SOCK_STREAM | SOCK_NONBLOCK, 0, g_pair)', 0],
      ['recv(g_pair[0], g_buffer, 10, 0)', 'EAGAIN'],
      ['polled(g_pair[0], POLLIN | POLLOUT)', 4],
      ['send(g_pair[0], "hello ", 6, 0)', 6],
      ['write(g_pair[0], "world", 5)', 5],
      ['polled(g_pair[1], POLLIN | POLLOUT)', 5],
      ['ioctl(g_pair[1], FIONREAD, &g_length) == 0 && g_length == 11', 1],
      ['recv(g_pair[1], g_buffer, 8, MSG_PEEK)', 8],
      ['recv(g_pair[1], g_buffer, 3, 0)', 3],
      ['read(g_pair[1], g_buffer + 3, 100)', 8],
      ['memcmp(g_buffer, "hello world", 11)', 0],
      // CONFIG_DEV_FIFO_SIZE bytes fit.
      ['memset(g_buffer, 7, sizeof(g_buffer)) != NULL', 1],
      ['send(g_pair[1], g_buffer, 1500, 0)', 1024],
      ['send(g_pair[1], g_buffer, 1, 0)', 'EAGAIN'],
      ['polled(g_pair[1], POLLOUT)', 0],
      ['recv(g_pair[0], g_buffer, 1000, 0)', 1000],
      ['send(g_pair[1], g_buffer, 1500, 0)', 1000],
      ['recv(g_pair[0], g_buffer, 4096, 0)', 1024],
      ['g_buffer[0] + g_buffer[1023]', 14],
      // Each way is closed on its own.
      ['send(g_pair[0], "last", 4, 0)', 4],
      ['shutdown(g_pair[0], 7)', 'EINVAL'],
      ['shutdown(g_pair[0], SHUT_WR)', 0],
      ['send(g_pair[0], "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
      ['recv(g_pair[1], g_buffer, 100, 0)', 4],
      ['recv(g_pair[1], g_buffer, 100, 0)', 0],
      ['polled(g_pair[1], POLLIN | POLLOUT)', 5],
      ['send(g_pair[1], "still", 5, 0)', 5],
      ['recv(g_pair[0], g_buffer, 100, 0)', 5],
      ['shutdown(g_pair[0], SHUT_RD)', 0],
      ['recv(g_pair[0], g_buffer, 100, 0)', 0],
      ['send(g_pair[1], "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
      ['close(g_pair[0])', 0],
      ['polled(g_pair[1], POLLIN)', 0x11],
      ['recv(g_pair[1], g_buffer, 100, 0)', 0],
      ['close(g_pair[1])', 0],
      ['recv(g_pair[1], g_buffer, 100, 0)', 'EBADF'],
      ['recv(1, g_buffer, 100, 0)', 'ENOTSOCK'],
    ],
    controller,
  );
  expectNothingLeft(machine);
});

test('datagrams keep their borders, and say who has sent them', async () => {
  const machine = await expectCalls(
    `${setup}
/* How many find room. */

static int empty_messages(void)
{
  int pair[2];
  int count = 0;

  socketpair(AF_LOCAL, SOCK_DGRAM, 0, pair);
  while (count < 2000 && send(pair[0], "", 0, MSG_DONTWAIT) == 0)
    {
      count++;
    }

  close(pair[0]);
  close(pair[1]);
  return count;
}
`,
    [
      ['(g_a = socket(AF_LOCAL, SOCK_DGRAM | SOCK_NONBLOCK, 0)) >= 0', 1],
      ['(g_b = socket(AF_LOCAL, SOCK_DGRAM | SOCK_NONBLOCK, 0)) >= 0', 1],
      ['(g_c = socket(AF_LOCAL, SOCK_DGRAM | SOCK_NONBLOCK, 0)) >= 0', 1],
      ['bind(g_a, NAMED("/tmp/a"))', 0],
      ['bind(g_b, NAMED("/tmp/b"))', 0],
      ['send(g_a, "x", 1, 0)', 'EDESTADDRREQ'],
      ['sendto(g_a, "x", 1, 0, NAMED("/tmp/c"))', 'ENOENT'],
      ['sendto(g_a, "x", 1, 0, ABSTRACT("c"))', 'ECONNREFUSED'],
      ['sendto(g_a, "x", 1, 0, &g_other, sizeof(g_un))', 'EAFNOSUPPORT'],
      ['sendto(g_a, g_buffer, 1025, 0, NAMED("/tmp/b"))', 'EMSGSIZE'],
      ['empty_messages()', 1024],
      ['recv(g_b, g_buffer, 10, 0)', 'EAGAIN'],
      ['sendto(g_a, "first", 5, 0, NAMED("/tmp/b"))', 5],
      ['sendto(g_a, "", 0, 0, NAMED("/tmp/b"))', 0],
      ['sendto(g_c, "third", 5, 0, NAMED("/tmp/b"))', 5],
      ['polled(g_b, POLLIN | POLLOUT)', 5],
      ['ioctl(g_b, FIONREAD, &g_length) == 0 && g_length == 5', 1],
      ['recvfrom(g_b, g_buffer, 3, MSG_PEEK, NULL, NULL)', 3],
      ['(g_length = sizeof(g_un)) > 0', 1],
      ['recvfrom(g_b, g_buffer, 3, 0, (struct sockaddr *)&g_un, &g_length)', 3],
      ['name_is("/tmp/a")', 1],
      ['recv(g_b, g_buffer, 100, 0)', 0],
      ['(g_length = sizeof(g_un)) > 0', 1],
      ['recvfrom(g_b, g_buffer, 100, 0, (struct sockaddr *)&g_un, &g_length)', 5],
      ['g_length', 2],
      ['memcmp(g_buffer, "third", 5)', 0],
      // Until the queue is full.
      ['sendto(g_a, g_buffer, 1000, 0, NAMED("/tmp/b"))', 1000],
      ['sendto(g_a, g_buffer, 25, 0, NAMED("/tmp/b"))', 'EAGAIN'],
      ['sendto(g_a, g_buffer, 24, 0, NAMED("/tmp/b"))', 24],
      ['recv(g_b, g_buffer, 100, MSG_TRUNC)', 1000],
      // Connected, it sends to one, and hears only him.
      ['connect(g_b, NAMED("/tmp/a"))', 0],
      ['unnamed(getpeername, g_b)', 0],
      ['name_is("/tmp/a")', 1],
      ['sendto(g_c, "x", 1, 0, NAMED("/tmp/b"))', 'ECONNREFUSED'],
      ['send(g_b, "to a", 4, 0)', 4],
      ['sendto(g_b, "x", 1, 0, NAMED("/tmp/a"))', 'EISCONN'],
      ['recv(g_a, g_buffer, 100, 0)', 4],
      ['connect(g_b, &(struct sockaddr){ .sa_family = AF_UNSPEC }, sizeof(struct sockaddr))', 0],
      ['send(g_b, "x", 1, 0)', 'EDESTADDRREQ'],
      ['sendto(g_c, "x", 1, 0, NAMED("/tmp/b"))', 1],
      ['connect(g_b, NAMED("/tmp/a"))', 0],
      ['close(g_a)', 0],
      ['send(g_b, "x", 1, 0)', 'ECONNREFUSED'],
      ['close(g_b) + close(g_c)', 0],
      ['socketpair(AF_LOCAL, SOCK_DGRAM | SOCK_NONBLOCK, 0, g_pair)', 0],
      ['send(g_pair[0], "one", 3, 0) + send(g_pair[0], "two", 3, 0)', 6],
      ['recv(g_pair[1], g_buffer, 100, 0)', 3],
      ['shutdown(g_pair[1], SHUT_RD)', 0],
      ['send(g_pair[0], "x", 1, MSG_NOSIGNAL)', 'EPIPE'],
      ['close(g_pair[0]) + close(g_pair[1])', 0],
    ],
    controller,
  );
  expectNothingLeft(machine);
});

describe('waiting', () => {
  const talk = `${setup}
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void *server(void *arg)
{
  int listener = socket(AF_LOCAL, SOCK_STREAM, 0);
  bind(listener, NAMED("/tmp/talk"));
  listen(listener, 2);
  int fd = accept(listener, NULL, NULL);
  char bytes[200];
  int sum = 0;
  for (ssize_t n; (n = recv(fd, bytes, sizeof(bytes), 0)) > 0; )
    {
      for (int i = 0; i < n; i++) sum += (unsigned char)bytes[i];
      usleep(10000);
    }

  printf("sum %d\\n", sum);
  send(fd, &sum, sizeof(sum), 0);
  close(fd);
  close(listener);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t thread;
  pthread_create(&thread, NULL, server, NULL);
  usleep(20000);
  int fd = socket(AF_LOCAL, SOCK_STREAM, 0);
  int sum = 0;
  for (int i = 0; i < (int)sizeof(g_buffer); i++) sum += (unsigned char)(g_buffer[i] = i * 7);
  printf("connect %d\\n", connect(fd, NAMED("/tmp/talk")));
  printf("send %d\\n", (int)send(fd, g_buffer, sizeof(g_buffer), 0));
  shutdown(fd, SHUT_WR);
  int answer = 0;
  printf("recv %d\\n", (int)recv(fd, &answer, sizeof(answer), MSG_WAITALL));
  printf("%s\\n", answer == sum ? "same" : "different");
  pthread_join(thread, NULL);
  close(fd);
  return 0;
}
`;

  test('who sends waits for room, who receives for bytes, who accepts for somebody', async () => {
    const firmware = await compile(talk, controller);
    const machine = firmware.run();
    expect(machine.lines).toEqual(['connect 0', 'send 4096', expect.stringMatching(/^sum \d+$/), 'recv 4', 'same']);
    expect(machine.machine.kernel.state.net.sockets.size).toBe(0);
  });

  test('going back finds the same again', async () => {
    const firmware = await compile(talk, controller);
    expectCheckpointsHold(firmware.boot(), 12);
  });

  test('a signal, a limit and the end of the other side end a wait; SIGPIPE tells who writes to nobody', async () => {
    const machine = await expectCalls(
      `${setup}
static int g_signals;

static void handler(int signo)
{
  g_signals++;
}

static int install(void)
{
  struct sigaction action = { .sa_handler = handler };
  sigaction(SIGALRM, &action, NULL);
  return sigaction(SIGPIPE, &action, NULL);
}

static int limit(int fd, int option, int ms)
{
  struct timeval time = { .tv_usec = ms * 1000 };
  return setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time));
}

static void *closer(void *arg)
{
  usleep(50000);
  close(g_pair[1]);
  return NULL;
}

static int closed_soon(void)
{
  pthread_t thread;
  return pthread_create(&thread, NULL, closer, NULL);
}
`,
      [
        ['install()', 0],
        ['socketpair(AF_LOCAL, SOCK_STREAM, 0, g_pair)', 0],
        ['alarm(1)', 0],
        ['recv(g_pair[0], g_buffer, 10, 0)', 'EINTR'],
        ['limit(g_pair[0], SO_RCVTIMEO, 100)', 0],
        ['recv(g_pair[0], g_buffer, 10, 0)', 'EAGAIN'],
        // What has gone before the signal counts.
        ['alarm(1)', 0],
        ['send(g_pair[0], g_buffer, 2000, 0)', 1024],
        ['limit(g_pair[0], SO_SNDTIMEO, 100)', 0],
        ['send(g_pair[0], g_buffer, 2000, 0)', 'EAGAIN'],
        ['limit(g_pair[0], SO_RCVTIMEO, 0)', 0],
        ['closed_soon()', 0],
        ['recv(g_pair[0], g_buffer, 10, 0)', 0],
        ['g_signals', 2],
        ['send(g_pair[0], "x", 1, 0)', 'EPIPE'],
        ['g_signals', 3],
        ['close(g_pair[0])', 0],
      ],
      controller,
    );
    expectNothingLeft(machine);
  });
});
