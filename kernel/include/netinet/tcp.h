#ifndef __INCLUDE_NETINET_TCP_H
#define __INCLUDE_NETINET_TCP_H

#include <sys/socket.h>

/* Options of the level IPPROTO_TCP. TCP_KEEPIDLE and TCP_KEEPINTVL take a struct timeval, or seconds. */

#define TCP_NODELAY   (__SO_PROTOCOL + 0)
#define TCP_KEEPIDLE  (__SO_PROTOCOL + 1)
#define TCP_KEEPINTVL (__SO_PROTOCOL + 2)
#define TCP_KEEPCNT   (__SO_PROTOCOL + 3)
#define TCP_MAXSEG    (__SO_PROTOCOL + 4)
#define TCP_CORK      (__SO_PROTOCOL + 5)

#endif
