/* The display: it joins the group of the meters, shows who said what, and
 * which readings never came.
 */

#include <nuttx/config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "reading.h"

#define METERS 8

struct meter_s
{
  struct in_addr address;
  uint32_t next;        /* Number that is to come */
  unsigned int missing;
};

static struct meter_s g_meters[METERS];

static FAR struct meter_s *find_meter(struct in_addr address)
{
  for (int i = 0; i < METERS; i++)
    {
      if (g_meters[i].address.s_addr == 0)
        {
          g_meters[i].address = address;
        }

      if (g_meters[i].address.s_addr == address.s_addr)
        {
          return &g_meters[i];
        }
    }

  return NULL;
}

static int open_group(void)
{
  struct timeval patience = { .tv_sec = 1 };
  struct sockaddr_in here;
  struct ip_mreq group;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);

  memset(&here, 0, sizeof(here));
  here.sin_family = AF_INET;
  here.sin_port = htons(PORT);
  here.sin_addr.s_addr = htonl(INADDR_ANY);
  group.imr_multiaddr.s_addr = inet_addr(GROUP);
  group.imr_interface.s_addr = htonl(INADDR_ANY);

  if (fd < 0 || bind(fd, (FAR struct sockaddr *)&here, sizeof(here)) < 0 ||
      setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group,
                 sizeof(group)) < 0 ||
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
                 sizeof(patience)) < 0)
    {
      perror("the group");
      return -1;
    }

  return fd;
}

int display_main(int argc, FAR char *argv[])
{
  struct reading_s reading;
  struct sockaddr_in from;
  socklen_t length = sizeof(from);
  int fd = open_group();

  if (fd < 0)
    {
      return 1;
    }

  while (recvfrom(fd, &reading, sizeof(reading), 0,
                  (FAR struct sockaddr *)&from, &length) == sizeof(reading))
    {
      FAR struct meter_s *meter = find_meter(from.sin_addr);
      uint32_t number = ntohl(reading.number);
      int millivolts = ntohl(reading.millivolts);

      printf("%s: reading %u is %d.%03d V\n", inet_ntoa(from.sin_addr),
             (unsigned int)number, millivolts / 1000, millivolts % 1000);
      if (meter)
        {
          meter->missing += number - meter->next;
          meter->next = number + 1;
        }
    }

  for (int i = 0; i < METERS && g_meters[i].address.s_addr != 0; i++)
    {
      printf("%s: %u readings, %u missing\n",
             inet_ntoa(g_meters[i].address), (unsigned int)g_meters[i].next,
             g_meters[i].missing);
    }

  close(fd);
  return 0;
}
