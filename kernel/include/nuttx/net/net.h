#ifndef __INCLUDE_NUTTX_NET_NET_H
#define __INCLUDE_NUTTX_NET_NET_H

#include <nuttx/config.h>
#include <sys/socket.h>
#include <nuttx/net/netconfig.h>
#include <nuttx/net/ip.h>

#endif
