/* A small HTTP server: /      the last reading, as text
 *                      /all   the last minute, as JSON
 */

#include <nuttx/config.h>

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "readings.h"

#define PORT     80
#define BACKLOG  4
#define PATIENCE 5 /* Seconds that a client has for its request */

static struct readings_s g_copy;
static char g_text[NREADINGS * 48];

static int put_reading(FAR char *at, FAR const char *format,
                       FAR const struct reading_s *reading)
{
  return sprintf(at, format, (long)reading->time,
                 reading->millidegrees / 1000, reading->millidegrees % 1000);
}

static void write_last(void)
{
  readings_copy(&g_copy);
  if (g_copy.count == 0)
    {
      strcpy(g_text, "no reading yet\n");
      return;
    }

  put_reading(g_text, "%ld: %d.%03d degrees Celsius\n",
              &g_copy.last[(g_copy.count - 1) % NREADINGS]);
}

static void write_all(void)
{
  FAR char *at = g_text;
  unsigned int first;

  readings_copy(&g_copy);
  first = g_copy.count > NREADINGS ? g_copy.count - NREADINGS : 0;
  *at++ = '[';
  for (unsigned int i = first; i < g_copy.count; i++)
    {
      at += put_reading(at, i == first ? "{\"time\":%ld,\"celsius\":%d.%03d}" :
                        ",\n{\"time\":%ld,\"celsius\":%d.%03d}",
                        &g_copy.last[i % NREADINGS]);
    }

  strcpy(at, "]\n");
}

static int send_all(int sd, FAR const char *data, size_t length)
{
  while (length > 0)
    {
      ssize_t sent = send(sd, data, length, 0);
      if (sent <= 0)
        {
          return -1;
        }

      data += sent;
      length -= sent;
    }

  return 0;
}

static void respond(int sd, FAR const char *status, FAR const char *type)
{
  char header[128];

  snprintf(header, sizeof(header),
           "HTTP/1.0 %s\r\nContent-Type: %s\r\nContent-Length: %u\r\n\r\n",
           status, type, (unsigned int)strlen(g_text));
  if (send_all(sd, header, strlen(header)) == 0)
    {
      send_all(sd, g_text, strlen(g_text));
    }
}

/* Reads up to the blank line behind the header; false: that did not come. */

static bool read_request(int sd, FAR char *request, size_t size)
{
  size_t length = 0;

  while (length < size - 1)
    {
      ssize_t count = recv(sd, request + length, size - 1 - length, 0);
      if (count <= 0)
        {
          return false;
        }

      length += count;
      request[length] = '\0';
      if (strstr(request, "\r\n\r\n") != NULL)
        {
          return true;
        }
    }

  return false;
}

static void serve(int sd)
{
  struct timeval patience = { .tv_sec = PATIENCE };
  char request[1024];

  setsockopt(sd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (!read_request(sd, request, sizeof(request)))
    {
      return;
    }

  if (strncmp(request, "GET / ", 6) == 0)
    {
      write_last();
      respond(sd, "200 OK", "text/plain");
    }
  else if (strncmp(request, "GET /all ", 9) == 0)
    {
      write_all();
      respond(sd, "200 OK", "application/json");
    }
  else
    {
      strcpy(g_text, "There are / and /all.\n");
      respond(sd, "404 Not Found", "text/plain");
    }
}

int serve_main(int argc, FAR char *argv[])
{
  struct sockaddr_in here =
  {
    .sin_family = AF_INET,
    .sin_port = HTONS(PORT)
  };

  int listener = socket(AF_INET, SOCK_STREAM, 0);

  if (listener < 0 ||
      bind(listener, (FAR struct sockaddr *)&here, sizeof(here)) < 0 ||
      listen(listener, BACKLOG) < 0)
    {
      perror("serve");
      return 1;
    }

  for (; ; )
    {
      int sd = accept(listener, NULL, NULL);
      if (sd < 0)
        {
          perror("serve: accept");
          return 1;
        }

      serve(sd);
      close(sd);
    }
}
