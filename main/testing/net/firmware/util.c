#include <nuttx/config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

int failed(FAR const char *call)
{
  int errcode = errno;

  printf("%s failed: %d\n", call, errcode);
  return 1;
}

long number(int argc, FAR char *argv[], int index, long otherwise)
{
  return argc > index ? strtol(argv[index], NULL, 0) : otherwise;
}

void address(FAR struct sockaddr_in *addr, FAR const char *host, int port)
{
  memset(addr, 0, sizeof(*addr));
  addr->sin_family = AF_INET;
  addr->sin_port = htons(port);
  addr->sin_addr.s_addr = host != NULL ? inet_addr(host) : INADDR_ANY;
}

FAR const char *name_of(FAR const struct sockaddr_in *addr)
{
  static char name[INET_ADDRSTRLEN + 8];
  char host[INET_ADDRSTRLEN];

  inet_ntop(AF_INET, &addr->sin_addr, host, sizeof(host));
  snprintf(name, sizeof(name), "%s:%u", host, ntohs(addr->sin_port));
  return name;
}

int send_all(int sd, FAR const void *data, size_t length)
{
  FAR const char *next = data;

  while (length > 0)
    {
      ssize_t sent = send(sd, next, length, 0);
      if (sent < 0)
        {
          return -1;
        }

      next += sent;
      length -= sent;
    }

  return 0;
}

uint8_t pattern(uint32_t position)
{
  return position * 31 + (position >> 8) * 7 + (position >> 16);
}

uint32_t add_to_sum(uint32_t sum, FAR const uint8_t *data, size_t length)
{
  while (length-- > 0)
    {
      sum = (sum ^ *data++) * 16777619;
    }

  return sum;
}
