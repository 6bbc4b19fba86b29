/** Names of hosts and services (netdb.h). */
import { abandonedBy, entry, immediate, nullOnError, resumedBy, returned, waitsCancellably } from '../../call';
import * as addrinfo from './addrinfo';
import * as hostent from './hostent';
import { dns_add_nameserver } from './nameserver';
import { abandonResolution } from './resolve';
import * as services from './services';
import { hostErrorLocation } from './shared';

const waits = [waitsCancellably, abandonedBy(abandonResolution)];

export const netdbCalls = [
  entry(
    '',
    'struct hostent *gethostbyname(const char *name)',
    hostent.gethostbyname,
    nullOnError,
    resumedBy(hostent.resumeShared),
    ...waits,
  ),
  entry(
    '',
    'int gethostbyname_r(const char *name, struct hostent *host, char *buf, size_t buflen, struct hostent **result, int *h_errnop)',
    hostent.gethostbyname_r,
    resumedBy(hostent.resumeStored),
    ...waits,
  ),
  entry(
    '',
    'struct hostent *gethostbyaddr(const void *addr, socklen_t len, int type)',
    hostent.gethostbyaddr,
    nullOnError,
    resumedBy(hostent.resumeShared),
    ...waits,
  ),
  entry(
    '',
    'int __gethostbyaddr_r(const void *addr, struct hostent *host, char *buf, size_t buflen, struct hostent **result, int *h_errnop)',
    hostent.gethostbyaddr_r,
    resumedBy(hostent.resumeStored),
    ...waits,
  ),
  entry('', 'int *__h_errno(void)', hostErrorLocation, immediate),
  entry(
    '',
    'int getaddrinfo(const char *nodename, const char *servname, const struct addrinfo *hints, struct addrinfo **res)',
    addrinfo.getaddrinfo,
    returned,
    resumedBy(addrinfo.resumeGetaddrinfo),
    ...waits,
  ),
  entry('', 'void freeaddrinfo(struct addrinfo *ai)', addrinfo.freeaddrinfo, returned),
  entry(
    '',
    'int getnameinfo(const struct sockaddr *sa, socklen_t salen, char *node, socklen_t nodelen, char *service, socklen_t servicelen, int flags)',
    addrinfo.getnameinfo,
    returned,
    resumedBy(addrinfo.resumeGetnameinfo),
    ...waits,
  ),
  entry('', 'struct servent *getservbyname(const char *name, const char *proto)', services.getservbyname, returned),
  entry('', 'struct servent *getservbyport(int port, const char *proto)', services.getservbyport, returned),
  entry(
    '',
    'int getservbyname_r(const char *name, const char *proto, struct servent *result_buf, char *buf, size_t buflen, struct servent **result)',
    services.getservbyname_r,
    returned,
  ),
  entry(
    '',
    'int getservbyport_r(int port, const char *proto, struct servent *result_buf, char *buf, size_t buflen, struct servent **result)',
    services.getservbyport_r,
    returned,
  ),
  entry('', 'int dns_add_nameserver(const struct sockaddr *addr, socklen_t addrlen)', dns_add_nameserver),
] as const;
