#ifndef __INCLUDE_NETINET_IP_ICMP_H
#define __INCLUDE_NETINET_IP_ICMP_H

#include <netinet/in.h>
#include <nuttx/net/icmp.h>

#define ICMP_ECHOREPLY      ICMP_ECHO_REPLY
#define ICMP_DEST_UNREACH   ICMP_DEST_UNREACHABLE
#define ICMP_SOURCE_QUENCH  ICMP_SRC_QUENCH
#define ICMP_ECHO           ICMP_ECHO_REQUEST
#define ICMP_PARAMETERPROB  ICMP_PARAMETER_PROBLEM
#define ICMP_TIMESTAMP      ICMP_TIMESTAMP_REQUEST
#define ICMP_TIMESTAMPREPLY ICMP_TIMESTAMP_REPLY
#define ICMP_MINLEN         8

/* Numbers of more than a byte are in network byte order. */

struct icmphdr
{
  uint8_t  type;
  uint8_t  code;
  uint16_t checksum;
  union
  {
    struct
    {
      uint16_t id;
      uint16_t sequence;
    } echo;
    uint32_t gateway;
    struct
    {
      uint16_t reserved;
      uint16_t mtu;
    } frag;
  } un;
};

#endif
