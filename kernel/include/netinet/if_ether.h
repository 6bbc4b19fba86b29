#ifndef __INCLUDE_NETINET_IF_ETHER_H
#define __INCLUDE_NETINET_IF_ETHER_H

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/in.h>

#define ETH_ALEN     ETHER_ADDR_LEN
#define ETH_HLEN     14
#define ETH_ZLEN     60
#define ETH_DATA_LEN 1500
#define ETH_FRAME_LEN 1514
#define ETH_FCS_LEN  4

#define ETH_P_ALL   0x0003
#define ETH_P_IP    ETHERTYPE_IP
#define ETH_P_ARP   ETHERTYPE_ARP
#define ETH_P_8021Q ETHERTYPE_VLAN
#define ETH_P_IPV6  ETHERTYPE_IPV6
#define ETH_P_1588  0x88f7

struct ethhdr
{
  uint8_t  h_dest[ETH_ALEN];
  uint8_t  h_source[ETH_ALEN];
  uint16_t h_proto; /* Network byte order */
};

struct ether_arp
{
  struct arphdr ea_hdr;
  uint8_t       arp_sha[ETHER_ADDR_LEN];
  uint8_t       arp_spa[4];
  uint8_t       arp_tha[ETHER_ADDR_LEN];
  uint8_t       arp_tpa[4];
};

#endif
