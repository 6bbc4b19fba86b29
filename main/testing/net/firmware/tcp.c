/* tcpecho [port]: sends back whatever comes on any number of connections,
 * each with a thread; where the other side has nothing more to send, it gets
 * the rest and the connection is closed.
 * tcpsend host [port] [bytes]: sends a stream to an echo and at the same time
 * checks what comes back; when all is sent, it says so and reads on.
 * talk host port bytes: sends bytes, in hexadecimal, and shows what comes
 * until nothing more does.
 */

#include <nuttx/config.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "util.h"

#define ECHO_PORT 7
#define BACKLOG   8
#define STACK     4096
#define PIECE     1460
#define PAUSE_US  100000

static FAR void *echo(FAR void *arg)
{
  int sd = (int)(intptr_t)arg;
  uint8_t data[PIECE];
  unsigned long total = 0;
  ssize_t count;

  while ((count = recv(sd, data, sizeof(data), 0)) > 0)
    {
      if (send_all(sd, data, count) < 0)
        {
          count = -1;
          break;
        }

      total += count;
    }

  if (count < 0)
    {
      printf("tcpecho: %lu bytes, then error %d\n", total, errno);
    }
  else
    {
      printf("tcpecho: %lu bytes\n", total);
    }

  close(sd);
  return NULL;
}

int tcpecho_main(int argc, FAR char *argv[])
{
  struct sockaddr_in here;
  pthread_attr_t attr;
  int port = number(argc, argv, 1, ECHO_PORT);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int on = 1;

  if (listener < 0)
    {
      return failed("socket");
    }

  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  address(&here, NULL, port);
  if (bind(listener, (FAR struct sockaddr *)&here, sizeof(here)) < 0)
    {
      return failed("bind");
    }

  if (listen(listener, BACKLOG) < 0)
    {
      return failed("listen");
    }

  pthread_attr_init(&attr);
  pthread_attr_setstacksize(&attr, STACK);
  printf("tcpecho: port %d\n", port);
  for (; ; )
    {
      pthread_t thread;
      int sd = accept(listener, NULL, NULL);
      if (sd < 0)
        {
          return failed("accept");
        }

      if (pthread_create(&thread, &attr, echo, (FAR void *)(intptr_t)sd) != 0)
        {
          printf("tcpecho: no thread for a connection\n");
          close(sd);
          continue;
        }

      pthread_detach(thread);
    }
}

/* What is still to be sent and received. */

struct stream_s
{
  unsigned long size;
  unsigned long sent;
  unsigned long received;
};

static int send_some(int sd, FAR struct stream_s *stream)
{
  uint8_t data[PIECE];
  size_t count = stream->size - stream->sent;
  ssize_t sent;

  if (count > sizeof(data))
    {
      count = sizeof(data);
    }

  for (size_t i = 0; i < count; i++)
    {
      data[i] = pattern(stream->sent + i);
    }

  sent = send(sd, data, count, 0);
  if (sent < 0)
    {
      return errno == EAGAIN ? 0 : -1;
    }

  stream->sent += sent;
  return stream->sent < stream->size ? 0 : shutdown(sd, SHUT_WR);
}

/* 1 at the end, -1 with errno; EILSEQ: a byte is not the one that was sent. */

static int receive_some(int sd, FAR struct stream_s *stream)
{
  uint8_t data[PIECE];
  ssize_t count = recv(sd, data, sizeof(data), 0);

  if (count <= 0)
    {
      return count == 0 ? 1 : errno == EAGAIN ? 0 : -1;
    }

  for (ssize_t i = 0; i < count; i++)
    {
      if (data[i] != pattern(stream->received++))
        {
          errno = EILSEQ;
          return -1;
        }
    }

  return 0;
}

int tcpsend_main(int argc, FAR char *argv[])
{
  struct stream_s stream = { .size = number(argc, argv, 3, 100000) };
  struct sockaddr_in there;
  struct timespec began;
  struct timespec ended;
  long milliseconds;
  int result = 0;
  int sd;

  if (argc < 2)
    {
      printf("usage: tcpsend host [port] [bytes]\n");
      return 1;
    }

  sd = socket(AF_INET, SOCK_STREAM, 0);
  if (sd < 0)
    {
      return failed("socket");
    }

  address(&there, argv[1], number(argc, argv, 2, ECHO_PORT));
  if (connect(sd, (FAR struct sockaddr *)&there, sizeof(there)) < 0)
    {
      return failed("connect");
    }

  fcntl(sd, F_SETFL, O_NONBLOCK);
  clock_gettime(CLOCK_MONOTONIC, &began);
  while (result == 0)
    {
      struct pollfd fds =
      {
        .fd = sd,
        .events = POLLIN | (stream.sent < stream.size ? POLLOUT : 0)
      };

      if (poll(&fds, 1, -1) < 0)
        {
          return failed("poll");
        }

      if ((fds.revents & POLLOUT) != 0 && stream.sent < stream.size)
        {
          result = send_some(sd, &stream);
        }

      if (result == 0 && (fds.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        {
          result = receive_some(sd, &stream);
        }
    }

  if (result < 0)
    {
      printf("tcpsend: after %lu bytes sent and %lu received: ",
             stream.sent, stream.received);
      return failed("the connection");
    }

  clock_gettime(CLOCK_MONOTONIC, &ended);
  close(sd);
  milliseconds = (ended.tv_sec - began.tv_sec) * 1000 +
                 (ended.tv_nsec - began.tv_nsec) / 1000000;
  printf("tcpsend: %lu of %lu bytes back in %ld ms\n",
         stream.received, stream.size, milliseconds);
  return stream.received == stream.size ? 0 : 1;
}

/* Shows what comes, as long as it comes. */

static void show_all(int sd)
{
  struct timeval patience = { .tv_usec = 200000 };
  uint8_t data[64];
  ssize_t count;

  setsockopt(sd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  while ((count = recv(sd, data, sizeof(data), 0)) > 0)
    {
      for (ssize_t i = 0; i < count; i++)
        {
          printf("%02x", data[i]);
        }
    }
}

int talk_main(int argc, FAR char *argv[])
{
  struct sockaddr_in there;
  unsigned int byte;
  int sd;

  if (argc < 4)
    {
      printf("usage: talk host port bytes\n");
      return 1;
    }

  sd = socket(AF_INET, SOCK_STREAM, 0);
  if (sd < 0)
    {
      return failed("socket");
    }

  address(&there, argv[1], number(argc, argv, 2, ECHO_PORT));
  if (connect(sd, (FAR struct sockaddr *)&there, sizeof(there)) < 0)
    {
      return failed("connect");
    }

  /* What comes first is not to be mixed with what it is answered. */

  usleep(PAUSE_US);
  for (FAR const char *next = argv[3]; sscanf(next, "%2x", &byte) == 1;
       next += 2)
    {
      uint8_t one = byte;
      if (send_all(sd, &one, 1) < 0)
        {
          return failed("send");
        }
    }

  show_all(sd);
  printf("\n");
  close(sd);
  return 0;
}
