/* listen [group] [port] [count]: joins a multicast group and shows so many
 * datagrams that are sent to it.
 * announce [group] [port] [text] [count]: sends a text to it, ten times a
 * second.
 */

#include <nuttx/config.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

#define GROUP       "239.1.2.3"
#define PORT        5000
#define INTERVAL_US 100000

int listen_main(int argc, FAR char *argv[])
{
  FAR const char *group = argc > 1 ? argv[1] : GROUP;
  int port = number(argc, argv, 2, PORT);
  int count = number(argc, argv, 3, 1);
  struct sockaddr_in here;
  struct sockaddr_in from;
  struct ip_mreq membership;
  char text[128];
  int sd = socket(AF_INET, SOCK_DGRAM, 0);

  if (sd < 0)
    {
      return failed("socket");
    }

  address(&here, NULL, port);
  if (bind(sd, (FAR struct sockaddr *)&here, sizeof(here)) < 0)
    {
      return failed("bind");
    }

  membership.imr_multiaddr.s_addr = inet_addr(group);
  membership.imr_interface.s_addr = INADDR_ANY;
  if (setsockopt(sd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership,
                 sizeof(membership)) < 0)
    {
      return failed("IP_ADD_MEMBERSHIP");
    }

  printf("listen: %s port %d\n", group, port);
  while (count-- > 0)
    {
      socklen_t length = sizeof(from);
      ssize_t size = recvfrom(sd, text, sizeof(text) - 1, 0,
                              (FAR struct sockaddr *)&from, &length);
      if (size < 0)
        {
          return failed("recvfrom");
        }

      text[size] = '\0';
      printf("listen: \"%s\" from %s\n", text, name_of(&from));
    }

  if (setsockopt(sd, IPPROTO_IP, IP_DROP_MEMBERSHIP, &membership,
                 sizeof(membership)) < 0)
    {
      return failed("IP_DROP_MEMBERSHIP");
    }

  close(sd);
  return 0;
}

int announce_main(int argc, FAR char *argv[])
{
  FAR const char *text = argc > 3 ? argv[3] : "hello";
  int count = number(argc, argv, 4, 1);
  struct sockaddr_in there;
  int sd = socket(AF_INET, SOCK_DGRAM, 0);

  if (sd < 0)
    {
      return failed("socket");
    }

  address(&there, argc > 1 ? argv[1] : GROUP, number(argc, argv, 2, PORT));
  while (count-- > 0)
    {
      if (sendto(sd, text, strlen(text), 0, (FAR struct sockaddr *)&there,
                 sizeof(there)) < 0)
        {
          return failed("sendto");
        }

      usleep(INTERVAL_US);
    }

  close(sd);
  return 0;
}
