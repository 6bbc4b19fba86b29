/* Addresses as text. The C library's own functions know families by other numbers. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Four decimal numbers, without leading zeros; 0 for anything else. */

static int parse(const char *text, unsigned char *bytes)
{
  for (int i = 0; i < 4; i++)
    {
      unsigned int value = 0;
      int digits = 0;

      for (; *text >= '0' && *text <= '9' && digits < 3; digits++)
        {
          value = value * 10 + (*text++ - '0');
        }

      if (digits == 0 || value > 255 || (digits > 1 && text[-digits] == '0') || *text != (i < 3 ? '.' : '\0'))
        {
          return 0;
        }

      bytes[i] = value;
      text++;
    }

  return 1;
}

int inet_pton(int af, const char *cp, void *buf)
{
  unsigned char bytes[4];

  if (af != AF_INET)
    {
      errno = EAFNOSUPPORT;
      return -1;
    }

  if (!parse(cp, bytes))
    {
      return 0;
    }

  memcpy(buf, bytes, sizeof(bytes));
  return 1;
}

const char *inet_ntop(int af, const void *cp, char *buf, socklen_t len)
{
  const unsigned char *bytes = cp;
  char text[INET_ADDRSTRLEN];

  if (af != AF_INET)
    {
      errno = EAFNOSUPPORT;
      return NULL;
    }

  sprintf(text, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
  if (strlen(text) >= len)
    {
      errno = ENOSPC;
      return NULL;
    }

  return strcpy(buf, text);
}
