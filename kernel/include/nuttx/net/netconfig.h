#ifndef __INCLUDE_NUTTX_NET_NETCONFIG_H
#define __INCLUDE_NUTTX_NET_NETCONFIG_H

#include <nuttx/config.h>
#include <sys/socket.h>
#include <nuttx/net/ethernet.h>

/* A socket that every configuration has, for ioctl. */

#define NET_SOCK_FAMILY   AF_INET
#define NET_SOCK_TYPE     (SOCK_CTRL | SOCK_CLOEXEC)
#define NET_SOCK_PROTOCOL 0

#define IP_TTL_DEFAULT 64

#endif
