/* httpget host [port] [path]: fetches a page, and says how long and what sum
 * its body is.
 */

#include <nuttx/config.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

#define HTTP_PORT 80
#define PIECE     1024

/* Receives until the end of the header, and cuts that off: gives the bytes of
 * the body that have come with it, or -1. Afterwards `page` is the status
 * line, and what begins at `*body` the body.
 */

static ssize_t receive_header(int sd, FAR char *page, FAR char **body)
{
  size_t length = 0;

  for (; ; )
    {
      ssize_t count = recv(sd, page + length, PIECE - length, 0);
      if (count <= 0)
        {
          return -1;
        }

      length += count;
      page[length] = '\0';
      *body = strstr(page, "\r\n\r\n");
      if (*body != NULL)
        {
          *body += 4;
          *strchr(page, '\r') = '\0';
          return length - (*body - page);
        }
    }
}

int httpget_main(int argc, FAR char *argv[])
{
  struct sockaddr_in there;
  FAR const char *path = argc > 3 ? argv[3] : "/";
  char request[256];
  char page[PIECE + 1];
  uint8_t data[PIECE];
  FAR char *body;
  unsigned long length;
  uint32_t sum;
  ssize_t count;
  int sd;

  if (argc < 2)
    {
      printf("usage: httpget host [port] [path]\n");
      return 1;
    }

  sd = socket(AF_INET, SOCK_STREAM, 0);
  if (sd < 0)
    {
      return failed("socket");
    }

  address(&there, argv[1], number(argc, argv, 2, HTTP_PORT));
  if (connect(sd, (FAR struct sockaddr *)&there, sizeof(there)) < 0)
    {
      return failed("connect");
    }

  snprintf(request, sizeof(request),
           "GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n",
           path, argv[1]);
  if (send_all(sd, request, strlen(request)) < 0)
    {
      return failed("send");
    }

  count = receive_header(sd, page, &body);
  if (count < 0)
    {
      return failed("the header");
    }

  length = count;
  sum = add_to_sum(SUM_BEGIN, (FAR uint8_t *)body, count);
  while ((count = recv(sd, data, sizeof(data), 0)) > 0)
    {
      length += count;
      sum = add_to_sum(sum, data, count);
    }

  if (count < 0)
    {
      return failed("recv");
    }

  close(sd);
  printf("httpget: %s, %lu bytes, sum %08lx\n", page, length,
         (unsigned long)sum);
  return 0;
}
