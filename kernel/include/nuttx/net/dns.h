#ifndef __INCLUDE_NUTTX_NET_DNS_H
#define __INCLUDE_NUTTX_NET_DNS_H

#include <sys/socket.h>

#define DNS_DEFAULT_PORT 53

int dns_add_nameserver(const struct sockaddr *addr, socklen_t addrlen);

#endif
