#ifndef __INCLUDE_NET_IF_H
#define __INCLUDE_NET_IF_H

#include <nuttx/config.h>
#include <sys/socket.h>
#include <stdint.h>

#define IFNAMSIZ    16
#define IF_NAMESIZE 16
#define IFHWADDRLEN 6

#define IFF_DOWN        0
#define IFF_UP          (1 << 0)
#define IFF_RUNNING     (1 << 1) /* There is a carrier */
#define IFF_IPv6        (1 << 2)
#define IFF_LOOPBACK    (1 << 3)
#define IFF_POINTOPOINT (1 << 4)
#define IFF_NOARP       (1 << 5)
#define IFF_NAT         (1 << 6)
#define IFF_BROADCAST   (1 << 7)
#define IFF_MULTICAST   (1 << 8)
#define IFF_PROMISC     (1 << 9)

#define IFF_SET_UP(f)          do { (f) |= IFF_UP; } while (0)
#define IFF_CLR_UP(f)          do { (f) &= ~IFF_UP; } while (0)
#define IFF_IS_UP(f)           (((f) & IFF_UP) != 0)
#define IFF_IS_RUNNING(f)      (((f) & IFF_RUNNING) != 0)
#define IFF_IS_LOOPBACK(f)     (((f) & IFF_LOOPBACK) != 0)
#define IFF_IS_POINTOPOINT(f)  (((f) & IFF_POINTOPOINT) != 0)
#define IFF_IS_NOARP(f)        (((f) & IFF_NOARP) != 0)
#define IFF_IS_BROADCAST(f)    (((f) & IFF_BROADCAST) != 0)
#define IFF_IS_MULTICAST(f)    (((f) & IFF_MULTICAST) != 0)

struct if_nameindex
{
  unsigned int if_index;
  FAR char    *if_name;
};

struct ifmap
{
  unsigned long  mem_start;
  unsigned long  mem_end;
  unsigned short base_addr;
  unsigned char  irq;
  unsigned char  dma;
  unsigned char  port;
};

/* What the ioctls of interfaces take (nuttx/net/ioctl.h). */

struct ifreq
{
  char    ifr_name[IFNAMSIZ];
  int16_t ifr_ifindex;
  union
  {
    struct sockaddr ifru_addr;
    struct sockaddr ifru_dstaddr;
    struct sockaddr ifru_broadaddr;
    struct sockaddr ifru_netmask;
    struct sockaddr ifru_hwaddr;
    int             ifru_count;
    int             ifru_mtu;
    uint32_t        ifru_flags;
    FAR void       *ifru_data;
  } ifr_ifru;
};

#define ifr_addr      ifr_ifru.ifru_addr
#define ifr_dstaddr   ifr_ifru.ifru_dstaddr
#define ifr_broadaddr ifr_ifru.ifru_broadaddr
#define ifr_netmask   ifr_ifru.ifru_netmask
#define ifr_hwaddr    ifr_ifru.ifru_hwaddr
#define ifr_count     ifr_ifru.ifru_count
#define ifr_mtu       ifr_ifru.ifru_mtu
#define ifr_flags     ifr_ifru.ifru_flags
#define ifr_data      ifr_ifru.ifru_data

/* Of SIOCGIFCONF. */

struct ifconf
{
  size_t ifc_len; /* Bytes */
  union
  {
    FAR char         *ifcu_buf;
    FAR struct ifreq *ifcu_req;
  } ifc_ifcu;
};

#define ifc_buf ifc_ifcu.ifcu_buf
#define ifc_req ifc_ifcu.ifcu_req

unsigned int if_nametoindex(const char *ifname);
char *if_indextoname(unsigned int ifindex, char *ifname);

#endif
