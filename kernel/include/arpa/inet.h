#ifndef __INCLUDE_ARPA_INET_H
#define __INCLUDE_ARPA_INET_H

#include <netinet/in.h>

_LIBC int inet_aton(const char *cp, struct in_addr *inp);
_LIBC in_addr_t inet_addr(const char *cp);
_LIBC in_addr_t inet_network(const char *cp);
_LIBC char *inet_ntoa(struct in_addr in);
_LIBC struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host);
_LIBC in_addr_t inet_lnaof(struct in_addr in);
_LIBC in_addr_t inet_netof(struct in_addr in);
_LIBC int inet_pton(int af, const char *cp, void *buf);
_LIBC const char *inet_ntop(int af, const void *cp, char *buf, socklen_t len);

#endif
