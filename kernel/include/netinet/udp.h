#ifndef __INCLUDE_NETINET_UDP_H
#define __INCLUDE_NETINET_UDP_H

#include <stdint.h>

/* Numbers are in network byte order. */

struct udphdr
{
  uint16_t uh_sport;
  uint16_t uh_dport;
  uint16_t uh_ulen;
  uint16_t uh_sum;
};

#endif
