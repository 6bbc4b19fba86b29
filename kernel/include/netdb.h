#ifndef __INCLUDE_NETDB_H
#define __INCLUDE_NETDB_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define IPPORT_RESERVED 0xffff

#define AI_PASSIVE      (1 << 0)
#define AI_CANONNAME    (1 << 1)
#define AI_NUMERICHOST  (1 << 2)
#define AI_NUMERICSERV  (1 << 3)
#define AI_V4MAPPED     (1 << 4)
#define AI_ALL          (1 << 5)
#define AI_ADDRCONFIG   (1 << 6)

#define NI_NOFQDN       (1 << 0)
#define NI_NUMERICHOST  (1 << 1)
#define NI_NAMEREQD     (1 << 2)
#define NI_NUMERICSERV  (1 << 3)
#define NI_NUMERICSCOPE (1 << 4)
#define NI_DGRAM        (1 << 5)

/* What getaddrinfo and getnameinfo return for an error. */

#define EAI_AGAIN       1
#define EAI_BADFLAGS    2
#define EAI_FAIL        3
#define EAI_FAMILY      4
#define EAI_MEMORY      5
#define EAI_NONAME      6
#define EAI_SERVICE     7
#define EAI_SOCKTYPE    8
#define EAI_SYSTEM      9
#define EAI_OVERFLOW    10

/* Values of h_errno. */

#define HOST_NOT_FOUND  1
#define NO_DATA         2
#define NO_ADDRESS      NO_DATA
#define NO_RECOVERY     3
#define TRY_AGAIN       4

#define NI_MAXHOST      256
#define NI_MAXSERV      16

struct hostent
{
  FAR char  *h_name;
  FAR char **h_aliases;
  int        h_addrtype;
  int        h_length;
  FAR char **h_addr_list;
};

#define h_addr h_addr_list[0]

/* Ports are in network byte order. */

struct servent
{
  FAR char  *s_name;
  FAR char **s_aliases;
  int        s_port;
  FAR char  *s_proto;
};

struct protoent
{
  FAR char  *p_name;
  FAR char **p_aliases;
  uint8_t    p_proto;
};

struct addrinfo
{
  int                  ai_flags;
  int                  ai_family;
  int                  ai_socktype;
  int                  ai_protocol;
  socklen_t            ai_addrlen;
  FAR struct sockaddr *ai_addr;
  FAR char            *ai_canonname;
  FAR struct addrinfo *ai_next;
};

/* The board has one, for all tasks. */

#define h_errno (*__h_errno())

int *__h_errno(void);

struct hostent *gethostbyname(const char *name);
struct hostent *gethostbyaddr(const void *addr, socklen_t len, int type);
int gethostbyname_r(const char *name, struct hostent *host, char *buf, size_t buflen, struct hostent **result,
                    int *h_errnop);
int __gethostbyaddr_r(const void *addr, struct hostent *host, char *buf, size_t buflen, struct hostent **result,
                      int *h_errnop);
struct servent *getservbyname(const char *name, const char *proto);
struct servent *getservbyport(int port, const char *proto);
int getservbyname_r(const char *name, const char *proto, struct servent *result_buf, char *buf, size_t buflen,
                    struct servent **result);
int getservbyport_r(int port, const char *proto, struct servent *result_buf, char *buf, size_t buflen,
                    struct servent **result);
int getaddrinfo(const char *nodename, const char *servname, const struct addrinfo *hints, struct addrinfo **res);
void freeaddrinfo(struct addrinfo *ai);
int getnameinfo(const struct sockaddr *sa, socklen_t salen, char *node, socklen_t nodelen, char *service,
                socklen_t servicelen, int flags);

_LIBC int gethostbyaddr_r(const void *addr, socklen_t len, int type, struct hostent *host, char *buf, size_t buflen,
                          struct hostent **result, int *h_errnop);
_LIBC const char *gai_strerror(int errcode);
_LIBC struct protoent *getprotobyname(const char *name);
_LIBC struct protoent *getprotobynumber(int proto);

#endif
