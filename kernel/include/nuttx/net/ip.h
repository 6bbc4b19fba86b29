#ifndef __INCLUDE_NUTTX_NET_IP_H
#define __INCLUDE_NUTTX_NET_IP_H

#include <nuttx/config.h>
#include <nuttx/net/netconfig.h>
#include <netinet/in.h>
#include <stdint.h>

#define IP_PROTO_ICMP 1
#define IP_PROTO_IGMP 2
#define IP_PROTO_TCP  6
#define IP_PROTO_UDP  17

#define IPv4_VERSION 0x40
#define IPv4_HDRLEN  20

/* Numbers of more than a byte are in network byte order. */

struct ipv4_hdr_s
{
  uint8_t  vhl;
  uint8_t  tos;
  uint8_t  len[2];
  uint8_t  ipid[2];
  uint8_t  ipoffset[2];
  uint8_t  ttl;
  uint8_t  proto;
  uint16_t ipchksum;
  uint16_t srcipaddr[2];
  uint16_t destipaddr[2];
};

#endif
