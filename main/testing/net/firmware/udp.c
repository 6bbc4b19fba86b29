/* udpecho [port]: sends back whatever comes, to whoever has sent it.
 * udpsend host [port] [count] [size]: sends datagrams to an echo, one after
 * the other, and counts what comes back as it was.
 */

#include <nuttx/config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

#define ECHO_PORT 7
#define LARGEST   2048
#define PATIENCE  { .tv_sec = 5 }

static uint8_t g_received[LARGEST];
static uint8_t g_sent[LARGEST];

int udpecho_main(int argc, FAR char *argv[])
{
  struct sockaddr_in here;
  struct sockaddr_in from;
  int port = number(argc, argv, 1, ECHO_PORT);
  int sd = socket(AF_INET, SOCK_DGRAM, 0);

  address(&here, NULL, port);
  if (sd < 0)
    {
      return failed("socket");
    }

  if (bind(sd, (FAR struct sockaddr *)&here, sizeof(here)) < 0)
    {
      return failed("bind");
    }

  printf("udpecho: port %d\n", port);
  for (; ; )
    {
      socklen_t length = sizeof(from);
      ssize_t count = recvfrom(sd, g_received, sizeof(g_received), 0,
                               (FAR struct sockaddr *)&from, &length);
      if (count < 0)
        {
          return failed("recvfrom");
        }

      /* Who has sent a datagram and is gone is no reason to end. */

      if (sendto(sd, g_received, count, 0, (FAR struct sockaddr *)&from,
                 length) < 0)
        {
          failed("sendto");
        }
    }
}

int udpsend_main(int argc, FAR char *argv[])
{
  struct timeval patience = PATIENCE;
  struct sockaddr_in there;
  int count = number(argc, argv, 3, 10);
  size_t size = number(argc, argv, 4, 64);
  int good = 0;
  int lost = 0;
  int bad = 0;
  int sd;

  if (argc < 2 || size > LARGEST)
    {
      printf("usage: udpsend host [port] [count] [size]\n");
      return 1;
    }

  sd = socket(AF_INET, SOCK_DGRAM, 0);
  if (sd < 0)
    {
      return failed("socket");
    }

  setsockopt(sd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  address(&there, argv[1], number(argc, argv, 2, ECHO_PORT));
  if (connect(sd, (FAR struct sockaddr *)&there, sizeof(there)) < 0)
    {
      return failed("connect");
    }

  for (int i = 0; i < count; i++)
    {
      ssize_t length;

      for (size_t at = 0; at < size; at++)
        {
          g_sent[at] = pattern(i * size + at);
        }

      if (send(sd, g_sent, size, 0) < 0)
        {
          return failed("send");
        }

      length = recv(sd, g_received, sizeof(g_received), 0);
      if (length < 0 && errno == EAGAIN)
        {
          lost++;
        }
      else if (length < 0)
        {
          return failed("recv");
        }
      else if (length == size && memcmp(g_received, g_sent, size) == 0)
        {
          good++;
        }
      else
        {
          bad++;
        }
    }

  close(sd);
  printf("udpsend: %d good, %d lost, %d bad\n", good, lost, bad);
  return good == count ? 0 : 1;
}
