#ifndef __INCLUDE_NET_ETHERNET_H
#define __INCLUDE_NET_ETHERNET_H

#include <stdint.h>

#define ETHER_ADDR_LEN 6
#define ETHER_TYPE_LEN 2
#define ETHER_CRC_LEN  4
#define ETHER_HDR_LEN  (ETHER_ADDR_LEN * 2 + ETHER_TYPE_LEN)
#define ETHER_MIN_LEN  64
#define ETHER_MAX_LEN  1518
#define ETHERMTU       (ETHER_MAX_LEN - ETHER_HDR_LEN - ETHER_CRC_LEN)

#define ETHERTYPE_PUP      0x0200
#define ETHERTYPE_SPRITE   0x0500
#define ETHERTYPE_IP       0x0800
#define ETHERTYPE_ARP      0x0806
#define ETHERTYPE_REVARP   0x8035
#define ETHERTYPE_AT       0x809b
#define ETHERTYPE_AARP     0x80f3
#define ETHERTYPE_VLAN     0x8100
#define ETHERTYPE_IPX      0x8137
#define ETHERTYPE_IPV6     0x86dd
#define ETHERTYPE_PTP      0x88f7
#define ETHERTYPE_LOOPBACK 0x9000

struct ether_addr
{
  uint8_t ether_addr_octet[ETHER_ADDR_LEN];
};

struct ether_header
{
  uint8_t  ether_dhost[ETHER_ADDR_LEN];
  uint8_t  ether_shost[ETHER_ADDR_LEN];
  uint16_t ether_type; /* Network byte order */
};

#endif
