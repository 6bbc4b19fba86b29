#ifndef __INCLUDE_NETINET_ARP_H
#define __INCLUDE_NETINET_ARP_H

#include <nuttx/config.h>
#include <stdint.h>
#include <net/if.h>
#include <nuttx/fs/ioctl.h>

#define SIOCSARP _ARPIOC(1)
#define SIOCDARP _ARPIOC(2)
#define SIOCGARP _ARPIOC(3)

#define ATF_COM         (1 << 0)
#define ATF_PERM        (1 << 1)
#define ATF_PUBL        (1 << 2)
#define ATF_USETRAILERS (1 << 3)
#define ATF_NETMASK     (1 << 4)
#define ATF_DONTPUB     (1 << 5)

struct arpreq
{
  struct sockaddr arp_pa;
  struct sockaddr arp_ha;
  struct sockaddr arp_netmask;
  uint8_t         arp_flags;
  uint8_t         arp_dev[IFNAMSIZ + 1];
};

#endif
