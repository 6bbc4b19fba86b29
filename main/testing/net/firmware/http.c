/* httpget host [port] [path]: fetches a page, and says how long and what sum
 * its body is.
 * httpserve [port]: serves, one client after the other, a page of so many
 * bytes as its name says, and takes pages: /1000, say.
 */

#include <nuttx/config.h>

#include <stdio.h>
#include <stdlib.h>
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

static void serve(int sd)
{
  char page[PIECE + 1];
  uint8_t data[PIECE];
  FAR char *body;
  unsigned long length;
  unsigned long at = 0;
  uint32_t sum = SUM_BEGIN;
  ssize_t count = receive_header(sd, page, &body);

  if (count < 0)
    {
      failed("the header");
      return;
    }

  if (strncmp(page, "PUT ", 4) == 0)
    {
      /* Behind the status line, which ends with a zero now, there are still
       * the lines of the header.
       */

      FAR const char *line = strstr(page + strlen(page) + 1, "Content-Length:");
      length = line != NULL ? strtoul(line + 15, NULL, 10) : 0;
      at = count;
      sum = add_to_sum(sum, (FAR uint8_t *)body, count);
      while (at < length && (count = recv(sd, data, sizeof(data), 0)) > 0)
        {
          at += count;
          sum = add_to_sum(sum, data, count);
        }

      printf("httpserve: %s, %lu bytes, sum %08lx\n", page, at,
             (unsigned long)sum);
      snprintf(page, sizeof(page), "HTTP/1.0 201 Created\r\n\r\n");
      send_all(sd, page, strlen(page));
      return;
    }

  length = strncmp(page, "GET /", 5) == 0 ? strtoul(page + 5, NULL, 10) : 0;
  if (length == 0)
    {
      snprintf(page, sizeof(page), "HTTP/1.0 404 Not Found\r\n\r\n");
      send_all(sd, page, strlen(page));
      return;
    }

  snprintf(page, sizeof(page),
           "HTTP/1.0 200 OK\r\nContent-Length: %lu\r\n\r\n", length);
  count = send_all(sd, page, strlen(page));
  while (count == 0 && at < length)
    {
      size_t size = length - at < PIECE ? length - at : PIECE;

      for (size_t i = 0; i < size; i++)
        {
          data[i] = pattern(at + i);
        }

      sum = add_to_sum(sum, data, size);
      count = send_all(sd, data, size);
      at += size;
    }

  printf("httpserve: %lu bytes, sum %08lx\n", at, (unsigned long)sum);
}

int httpserve_main(int argc, FAR char *argv[])
{
  struct sockaddr_in here;
  int port = number(argc, argv, 1, HTTP_PORT);
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

  if (listen(listener, 4) < 0)
    {
      return failed("listen");
    }

  printf("httpserve: port %d\n", port);
  for (; ; )
    {
      int sd = accept(listener, NULL, NULL);
      if (sd < 0)
        {
          return failed("accept");
        }

      serve(sd);
      close(sd);
    }
}
