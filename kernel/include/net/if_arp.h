#ifndef __INCLUDE_NET_IF_ARP_H
#define __INCLUDE_NET_IF_ARP_H

#include <netinet/arp.h>

#define ARPHRD_NETROM   0
#define ARPHRD_ETHER    1
#define ARPHRD_LOOPBACK 772

#define ARPOP_REQUEST 1
#define ARPOP_REPLY   2

/* Numbers are in network byte order. */

struct arphdr
{
  uint16_t ar_hrd;
  uint16_t ar_pro;
  uint8_t  ar_hln;
  uint8_t  ar_pln;
  uint16_t ar_op;
};

#endif
