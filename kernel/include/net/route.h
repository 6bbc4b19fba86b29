#ifndef __INCLUDE_NET_ROUTE_H
#define __INCLUDE_NET_ROUTE_H

#include <nuttx/config.h>
#include <sys/socket.h>
#include <nuttx/net/ioctl.h>

/* What SIOCADDRT and SIOCDELRT take. */

#define RTF_UP      0x0001
#define RTF_GATEWAY 0x0002
#define RTF_HOST    0x0004

struct rtentry
{
  struct sockaddr rt_dst;
  struct sockaddr rt_gateway;
  struct sockaddr rt_genmask;
  uint16_t        rt_flags;
  FAR char       *rt_dev;
};

_LIBC int addroute(int sockfd, struct sockaddr_storage *target, struct sockaddr_storage *netmask, struct sockaddr_storage *gateway);
_LIBC int delroute(int sockfd, struct sockaddr_storage *target, struct sockaddr_storage *netmask);

#endif
