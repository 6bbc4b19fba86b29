/* Routes by their addresses (net/route.h; NuttX: libs/libc/net). */

#include <net/route.h>
#include <string.h>
#include <sys/ioctl.h>

static int change(int sockfd, int request, struct sockaddr_storage *target, struct sockaddr_storage *netmask,
                  struct sockaddr_storage *gateway)
{
  struct rtentry entry;

  memset(&entry, 0, sizeof(entry));
  memcpy(&entry.rt_dst, target, sizeof(entry.rt_dst));
  memcpy(&entry.rt_genmask, netmask, sizeof(entry.rt_genmask));
  if (gateway)
    {
      memcpy(&entry.rt_gateway, gateway, sizeof(entry.rt_gateway));
    }

  return ioctl(sockfd, request, (unsigned long)&entry);
}

int addroute(int sockfd, struct sockaddr_storage *target, struct sockaddr_storage *netmask,
             struct sockaddr_storage *gateway)
{
  return change(sockfd, SIOCADDRT, target, netmask, gateway);
}

int delroute(int sockfd, struct sockaddr_storage *target, struct sockaddr_storage *netmask)
{
  return change(sockfd, SIOCDELRT, target, netmask, NULL);
}
