#ifndef __INCLUDE_NUTTX_NET_ETHERNET_H
#define __INCLUDE_NUTTX_NET_ETHERNET_H

#include <nuttx/config.h>
#include <net/ethernet.h>
#include <netinet/in.h>

#define ETH_HDRLEN 14
#define ETH_MTU    1500

#define ETHTYPE_IP    ETHERTYPE_IP
#define ETHTYPE_ARP   ETHERTYPE_ARP
#define TPID_8021QVLAN ETHERTYPE_VLAN
#define ETHTYPE_IP6   ETHERTYPE_IPV6

struct eth_hdr_s
{
  uint8_t  dest[ETHER_ADDR_LEN];
  uint8_t  src[ETHER_ADDR_LEN];
  uint16_t type; /* Network byte order */
};

#endif
