/* crowd [port] [connections]: one task that serves many connections at once
 * by poll. Each gets back what it sends. Says how many there were at a time,
 * each time when the last of them has gone.
 */

#include <nuttx/config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "util.h"

#define PORT    7000
#define MOST    128
#define PIECE   512

/* The first is the listener. */

static struct pollfd g_fds[MOST + 1];
static int g_count = 1;
static int g_most;
static unsigned long g_bytes;

static void leave(int index)
{
  close(g_fds[index].fd);
  g_fds[index] = g_fds[--g_count];
  if (g_count == 1)
    {
      printf("crowd: %d at once, %lu bytes\n", g_most, g_bytes);
      g_most = 0;
      g_bytes = 0;
    }
}

/* 0 when the connection is over. The pieces are small, so they find room to
 * be sent back; where not, this waits for it.
 */

static int serve(int sd)
{
  uint8_t data[PIECE];
  ssize_t count = recv(sd, data, sizeof(data), 0);

  if (count <= 0)
    {
      return 0;
    }

  g_bytes += count;
  return send_all(sd, data, count) == 0;
}

static void welcome(int listener, int most)
{
  int sd = accept(listener, NULL, NULL);

  if (sd < 0)
    {
      failed("accept");
    }
  else if (g_count > most)
    {
      close(sd);
    }
  else
    {
      g_fds[g_count].fd = sd;
      g_fds[g_count].events = POLLIN;
      g_fds[g_count++].revents = 0;
      if (g_count - 1 > g_most)
        {
          g_most = g_count - 1;
        }
    }
}

int crowd_main(int argc, FAR char *argv[])
{
  struct sockaddr_in here;
  int port = number(argc, argv, 1, PORT);
  int most = number(argc, argv, 2, 100);
  int listener = socket(AF_INET, SOCK_STREAM, 0);

  if (listener < 0)
    {
      return failed("socket");
    }

  address(&here, NULL, port);
  if (bind(listener, (FAR struct sockaddr *)&here, sizeof(here)) < 0)
    {
      return failed("bind");
    }

  if (listen(listener, most) < 0)
    {
      return failed("listen");
    }

  printf("crowd: port %d\n", port);
  g_fds[0].fd = listener;
  g_fds[0].events = POLLIN;
  for (; ; )
    {
      if (poll(g_fds, g_count, -1) < 0)
        {
          return failed("poll");
        }

      for (int i = g_count - 1; i > 0; i--)
        {
          if (g_fds[i].revents != 0 && !serve(g_fds[i].fd))
            {
              leave(i);
            }
        }

      if ((g_fds[0].revents & POLLIN) != 0)
        {
          welcome(listener, most < MOST ? most : MOST);
        }
    }
}
