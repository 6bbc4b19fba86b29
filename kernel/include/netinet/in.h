#ifndef __INCLUDE_NETINET_IN_H
#define __INCLUDE_NETINET_IN_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <sys/socket.h>
#include <stdint.h>

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

#define IPPROTO_IP       0
#define IPPROTO_HOPOPTS  0
#define IPPROTO_ICMP     1
#define IPPROTO_IGMP     2
#define IPPROTO_IPIP     4
#define IPPROTO_TCP      6
#define IPPROTO_EGP      8
#define IPPROTO_PUP      12
#define IPPROTO_UDP      17
#define IPPROTO_IDP      22
#define IPPROTO_TP       29
#define IPPROTO_DCCP     33
#define IPPROTO_IPV6     41
#define IPPROTO_ROUTING  43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_RSVP     46
#define IPPROTO_GRE      47
#define IPPROTO_ESP      50
#define IPPROTO_AH       51
#define IPPROTO_ICMP6    58
#define IPPROTO_ICMPV6   IPPROTO_ICMP6
#define IPPROTO_NONE     59
#define IPPROTO_DSTOPTS  60
#define IPPROTO_MTP      92
#define IPPROTO_BEETPH   94
#define IPPROTO_ENCAP    98
#define IPPROTO_PIM      103
#define IPPROTO_COMP     108
#define IPPROTO_SCTP     132
#define IPPROTO_UDPLITE  136
#define IPPROTO_MPLS     137
#define IPPROTO_RAW      255

/* Options of the level IPPROTO_IP. */

#define IP_MULTICAST_IF           (__SO_PROTOCOL + 1)
#define IP_MULTICAST_TTL          (__SO_PROTOCOL + 2)
#define IP_MULTICAST_LOOP         (__SO_PROTOCOL + 3)
#define IP_ADD_MEMBERSHIP         (__SO_PROTOCOL + 4)
#define IP_DROP_MEMBERSHIP        (__SO_PROTOCOL + 5)
#define IP_UNBLOCK_SOURCE         (__SO_PROTOCOL + 6)
#define IP_BLOCK_SOURCE           (__SO_PROTOCOL + 7)
#define IP_ADD_SOURCE_MEMBERSHIP  (__SO_PROTOCOL + 8)
#define IP_DROP_SOURCE_MEMBERSHIP (__SO_PROTOCOL + 9)
#define IP_MSFILTER               (__SO_PROTOCOL + 10)
#define IP_MULTICAST_ALL          (__SO_PROTOCOL + 11)
#define IP_PKTINFO                (__SO_PROTOCOL + 12)
#define IP_TOS                    (__SO_PROTOCOL + 13)
#define IP_TTL                    (__SO_PROTOCOL + 14)

#define MCAST_EXCLUDE 0
#define MCAST_INCLUDE 1

#define IN_CLASSA(a)     ((((in_addr_t)(a)) & 0x80000000) == 0)
#define IN_CLASSA_NET    0xff000000
#define IN_CLASSA_NSHIFT 24
#define IN_CLASSA_HOST   (0xffffffff & ~IN_CLASSA_NET)
#define IN_CLASSB(a)     ((((in_addr_t)(a)) & 0xc0000000) == 0x80000000)
#define IN_CLASSB_NET    0xffff0000
#define IN_CLASSB_NSHIFT 16
#define IN_CLASSB_HOST   (0xffffffff & ~IN_CLASSB_NET)
#define IN_CLASSC(a)     ((((in_addr_t)(a)) & 0xe0000000) == 0xc0000000)
#define IN_CLASSC_NET    0xffffff00
#define IN_CLASSC_NSHIFT 8
#define IN_CLASSC_HOST   (0xffffffff & ~IN_CLASSC_NET)
#define IN_CLASSD(a)     ((((in_addr_t)(a)) & 0xf0000000) == 0xe0000000)
#define IN_MULTICAST(a)  IN_CLASSD(a)

#define INADDR_ANY       ((in_addr_t)0x00000000)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE      ((in_addr_t)0xffffffff)
#define INADDR_LOOPBACK  ((in_addr_t)0x7f000001)

#define INADDR_UNSPEC_GROUP    ((in_addr_t)0xe0000000)
#define INADDR_ALLHOSTS_GROUP  ((in_addr_t)0xe0000001)
#define INADDR_ALLRTRS_GROUP   ((in_addr_t)0xe0000002)
#define INADDR_MAX_LOCAL_GROUP ((in_addr_t)0xe00000ff)

#define IN6ADDR_ANY_INIT      {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}}
#define IN6ADDR_LOOPBACK_INIT {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}}

#define INET_ADDRSTRLEN  16
#define INET6_ADDRSTRLEN 46

#define IPPORT_RESERVED     1024
#define IPPORT_USERRESERVED 5000

/* Network byte order is the other one; these can stand in constants. */

#define HTONS(hs) ((uint16_t)__builtin_bswap16((uint16_t)(hs)))
#define HTONL(hl) ((uint32_t)__builtin_bswap32((uint32_t)(hl)))
#define NTOHS(ns) HTONS(ns)
#define NTOHL(nl) HTONL(nl)

struct in_addr
{
  in_addr_t s_addr; /* Network byte order */
};

struct sockaddr_in
{
  sa_family_t    sin_family;
  in_port_t      sin_port; /* Network byte order */
  struct in_addr sin_addr;
  uint8_t        sin_zero[8];
};

struct ip_mreq
{
  struct in_addr imr_multiaddr;
  struct in_addr imr_interface;
};

struct ip_mreqn
{
  struct in_addr imr_multiaddr;
  struct in_addr imr_interface;
  unsigned int   imr_ifindex;
};

struct ip_mreq_source
{
  struct in_addr imr_multiaddr;
  struct in_addr imr_interface;
  struct in_addr imr_sourceaddr;
};

struct in_pktinfo
{
  int            ipi_ifindex;
  struct in_addr ipi_spec_dst;
  struct in_addr ipi_addr;
};

/* The stack has no IPv6: these are for sources that can do with both. */

struct in6_addr
{
  union
  {
    uint8_t  u6_addr8[16];
    uint16_t u6_addr16[8];
    uint32_t u6_addr32[4];
  } in6_u;
};

#define s6_addr   in6_u.u6_addr8
#define s6_addr16 in6_u.u6_addr16
#define s6_addr32 in6_u.u6_addr32

struct sockaddr_in6
{
  sa_family_t     sin6_family;
  in_port_t       sin6_port;
  uint32_t        sin6_flowinfo;
  struct in6_addr sin6_addr;
  uint32_t        sin6_scope_id;
};

_LIBC uint32_t htonl(uint32_t hl);
_LIBC uint16_t htons(uint16_t hs);
_LIBC uint32_t ntohl(uint32_t nl);
_LIBC uint16_t ntohs(uint16_t ns);

#endif
