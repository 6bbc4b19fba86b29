#ifndef __INCLUDE_NUTTX_NET_ARP_H
#define __INCLUDE_NUTTX_NET_ARP_H

#include <nuttx/config.h>
#include <netinet/arp.h>

#define ARPHRD_ETHER 1

#endif
