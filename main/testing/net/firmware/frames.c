/* frames [type] [count]: shows so many frames of an Ethernet type, and sends
 * each one back to where it came from.
 */

#include <nuttx/config.h>

#include <arpa/inet.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util.h"

/* For experiments (IEEE 802). */

#define TYPE      0x88b5
#define ADDRESS   6
#define HEADER    14
#define LARGEST   1514

static uint8_t g_frame[LARGEST];

int frames_main(int argc, FAR char *argv[])
{
  int type = number(argc, argv, 1, TYPE);
  int count = number(argc, argv, 2, 1);
  struct sockaddr_ll here;
  struct ifreq request;
  int sd = socket(AF_PACKET, SOCK_RAW, htons(type));

  if (sd < 0)
    {
      return failed("socket");
    }

  memset(&request, 0, sizeof(request));
  strlcpy(request.ifr_name, "eth0", IFNAMSIZ);
  if (ioctl(sd, SIOCGIFHWADDR, (unsigned long)&request) < 0)
    {
      return failed("SIOCGIFHWADDR");
    }

  memset(&here, 0, sizeof(here));
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(type);
  here.sll_ifindex = if_nametoindex("eth0");
  if (bind(sd, (FAR struct sockaddr *)&here, sizeof(here)) < 0)
    {
      return failed("bind");
    }

  printf("frames: type %04x\n", type);
  while (count > 0)
    {
      ssize_t length = recv(sd, g_frame, sizeof(g_frame), 0);
      if (length < 0)
        {
          return failed("recv");
        }

      /* Where a board shows raw sockets every frame, most are not meant. */

      if (length < HEADER || g_frame[12] << 8 != (type & 0xff00) ||
          g_frame[13] != (type & 0xff))
        {
          continue;
        }

      printf("frames: %d bytes, %02x %02x ...\n", (int)length,
             g_frame[HEADER], g_frame[HEADER + 1]);
      memcpy(g_frame, g_frame + ADDRESS, ADDRESS);
      memcpy(g_frame + ADDRESS, request.ifr_hwaddr.sa_data, ADDRESS);
      if (send(sd, g_frame, length, 0) < 0)
        {
          return failed("send");
        }

      count--;
    }

  close(sd);
  return 0;
}
