#ifndef __INCLUDE_NETPACKET_PACKET_H
#define __INCLUDE_NETPACKET_PACKET_H

#include <nuttx/config.h>
#include <stdint.h>

/* Of sll_pkttype. */

#define PACKET_HOST      0
#define PACKET_BROADCAST 1
#define PACKET_MULTICAST 2
#define PACKET_OTHERHOST 3
#define PACKET_OUTGOING  4
#define PACKET_LOOPBACK  5
#define PACKET_FASTROUTE 6

/* Options of the level SOL_PACKET. */

#define PACKET_ADD_MEMBERSHIP  1
#define PACKET_DROP_MEMBERSHIP 2

#define PACKET_MR_MULTICAST 0

struct sockaddr_ll
{
  unsigned short sll_family;
  unsigned short sll_protocol; /* Network byte order */
  int            sll_ifindex;
  unsigned short sll_hatype;
  unsigned char  sll_pkttype;
  unsigned char  sll_halen;
  unsigned char  sll_addr[8];
};

struct packet_mreq
{
  int            mr_ifindex;
  unsigned short mr_type;
  unsigned short mr_alen;
  unsigned char  mr_address[8];
};

#endif
