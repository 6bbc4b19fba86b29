/** For tests: what the C of the sockets' tests begins with. */
import type { Choice } from '../firmware';

/** The board with a network; a stack of RAM is enough for what a test needs. */
export const withNetwork = (config: Choice['config'] = {}): Choice => ({ board: 'controller', config });

export const socketPrelude = `#include <nuttx/config.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

static struct sockaddr_in g_address;

/* An address to be given to a call; the same place each time. */

static const struct sockaddr *at(uint32_t address, int port)
{
  memset(&g_address, 0, sizeof(g_address));
  g_address.sin_family = AF_INET;
  g_address.sin_port = htons(port);
  g_address.sin_addr.s_addr = htonl(address);
  return (struct sockaddr *)&g_address;
}

#define LOCAL(port) at(INADDR_LOOPBACK, port), sizeof(struct sockaddr_in)
#define ANY(port) at(INADDR_ANY, port), sizeof(struct sockaddr_in)

/* A socket that is bound to a port. */

static int bound(int type, int port)
{
  int fd = socket(AF_INET, type, 0);

  bind(fd, ANY(port));
  return fd;
}

/* A TCP socket that listens. */

static int server(int port, int backlog)
{
  int fd = bound(SOCK_STREAM, port);

  listen(fd, backlog);
  return fd;
}

/* One that is connected to it. */

static int client(int port)
{
  int fd = socket(AF_INET, SOCK_STREAM, 0);

  connect(fd, LOCAL(port));
  return fd;
}

static int set(int fd, int level, int option, int value)
{
  return setsockopt(fd, level, option, &value, sizeof(value));
}

static int get(int fd, int level, int option)
{
  int value = -1;
  socklen_t length = sizeof(value);

  return getsockopt(fd, level, option, &value, &length) < 0 ? -1 : value;
}

/* Memory that is taken away, as a list, and given back. */

static void *volatile g_taken;

static int take(size_t size)
{
  void **block = malloc(size);

  if (!block)
    return 0;
  *block = g_taken;
  g_taken = block;
  return 1;
}

static void release(void)
{
  void **block;

  while ((block = g_taken))
    {
      g_taken = *block;
      free(block);
    }
}

/* Receiving or sending takes at most so long. */

static void limit(int fd, int option, int ms)
{
  struct timeval time = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

  setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time));
}
`;
