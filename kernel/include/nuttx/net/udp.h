#ifndef __INCLUDE_NUTTX_NET_UDP_H
#define __INCLUDE_NUTTX_NET_UDP_H

#include <nuttx/config.h>
#include <nuttx/net/ip.h>
#include <stdint.h>

#define UDP_HDRLEN     8
#define IPv4UDP_HDRLEN (UDP_HDRLEN + IPv4_HDRLEN)

/* Numbers are in network byte order. */

struct udp_hdr_s
{
  uint16_t srcport;
  uint16_t destport;
  uint16_t udplen;
  uint16_t udpchksum;
};

#endif
