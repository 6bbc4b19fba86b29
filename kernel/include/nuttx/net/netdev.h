#ifndef __INCLUDE_NUTTX_NET_NETDEV_H
#define __INCLUDE_NUTTX_NET_NETDEV_H

#include <net/if.h>
#include <nuttx/net/net.h>

#endif
