#ifndef __INCLUDE_NUTTX_NET_ICMP_H
#define __INCLUDE_NUTTX_NET_ICMP_H

#include <nuttx/config.h>
#include <nuttx/net/ip.h>
#include <stdint.h>

#define ICMP_ECHO_REPLY           0
#define ICMP_DEST_UNREACHABLE     3
#define ICMP_SRC_QUENCH           4
#define ICMP_REDIRECT             5
#define ICMP_ALT_HOST_ADDRESS     6
#define ICMP_ECHO_REQUEST         8
#define ICMP_ROUTER_ADVERTISEMENT 9
#define ICMP_ROUTER_SOLICITATION  10
#define ICMP_TIME_EXCEEDED        11
#define ICMP_PARAMETER_PROBLEM    12
#define ICMP_TIMESTAMP_REQUEST    13
#define ICMP_TIMESTAMP_REPLY      14
#define ICMP_INFORMATION_REQUEST  15
#define ICMP_INFORMATION_REPLY    16
#define ICMP_ADDRESS_MASK_REQUEST 17
#define ICMP_ADDRESS_MASK_REPLY   18

/* Codes of ICMP_DEST_UNREACHABLE, and of ICMP_TIME_EXCEEDED. */

#define ICMP_NET_UNREACH  0
#define ICMP_HOST_UNREACH 1
#define ICMP_PROT_UNREACH 2
#define ICMP_PORT_UNREACH 3
#define ICMP_FRAG_NEEDED  4
#define ICMP_SR_FAILED    5
#define ICMP_NET_UNKNOWN  6
#define ICMP_HOST_UNKNOWN 7

#define ICMP_EXC_TTL      0
#define ICMP_EXC_FRAGTIME 1

#define ICMP_HDRLEN   8
#define IPICMP_HDRLEN (ICMP_HDRLEN + IPv4_HDRLEN)

/* An option of raw ICMP sockets at the level IPPROTO_ICMP: types that are not to come. */

#define ICMP_FILTER 1

struct icmp_hdr_s
{
  uint8_t  type;
  uint8_t  icode;
  uint16_t icmpchksum;
  union
  {
    struct
    {
      uint16_t id;
      uint16_t seqno;
    };
    uint16_t data[2];
  };
};

#endif
