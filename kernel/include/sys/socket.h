#ifndef __INCLUDE_SYS_SOCKET_H
#define __INCLUDE_SYS_SOCKET_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <stdint.h>

#define __NEED_socklen_t
#define __NEED_sa_family_t
#include <bits/alltypes.h>

/* Protocol families, and address families, which have the same numbers. */

#define PF_UNSPEC    0
#define PF_UNIX      1
#define PF_LOCAL     1
#define PF_INET      2
#define PF_INET6     10
#define PF_NETLINK   16
#define PF_ROUTE     PF_NETLINK
#define PF_PACKET    17
#define PF_CAN       29
#define PF_BLUETOOTH 31

#define AF_UNSPEC    PF_UNSPEC
#define AF_UNIX      PF_UNIX
#define AF_LOCAL     PF_LOCAL
#define AF_INET      PF_INET
#define AF_INET6     PF_INET6
#define AF_NETLINK   PF_NETLINK
#define AF_ROUTE     PF_ROUTE
#define AF_PACKET    PF_PACKET
#define AF_CAN       PF_CAN
#define AF_BLUETOOTH PF_BLUETOOTH

/* Types of sockets, and flags that can be given with them. SOCK_CTRL is for ioctl only. */

#define SOCK_UNSPEC    0
#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_RDM       4
#define SOCK_SEQPACKET 5
#define SOCK_CTRL      6
#define SOCK_PACKET    10

#define SOCK_CLOEXEC   02000000
#define SOCK_NONBLOCK  00004000
#define SOCK_MAX       (SOCK_PACKET + 1)
#define SOCK_TYPE_MASK 0xf

#define MSG_OOB          0x000001
#define MSG_PEEK         0x000002
#define MSG_DONTROUTE    0x000004
#define MSG_CTRUNC       0x000008
#define MSG_PROXY        0x000010
#define MSG_TRUNC        0x000020
#define MSG_DONTWAIT     0x000040
#define MSG_EOR          0x000080
#define MSG_WAITALL      0x000100
#define MSG_FIN          0x000200
#define MSG_SYN          0x000400
#define MSG_CONFIRM      0x000800
#define MSG_RST          0x001000
#define MSG_ERRQUEUE     0x002000
#define MSG_NOSIGNAL     0x004000
#define MSG_MORE         0x008000
#define MSG_CMSG_CLOEXEC 0x100000

/* Levels of options, and the options of sockets of any kind. */

#define SOL_SOCKET 1
#define SOL_IP     IPPROTO_IP
#define SOL_IPV6   IPPROTO_IPV6
#define SOL_TCP    IPPROTO_TCP
#define SOL_UDP    IPPROTO_UDP
#define SOL_PACKET 263

#define SO_ACCEPTCONN   0
#define SO_BROADCAST    1
#define SO_DEBUG        2
#define SO_DONTROUTE    3
#define SO_ERROR        4
#define SO_KEEPALIVE    5
#define SO_LINGER       6
#define SO_OOBINLINE    7
#define SO_RCVBUF       8
#define SO_RCVLOWAT     9
#define SO_RCVTIMEO     10
#define SO_REUSEADDR    11
#define SO_SNDBUF       12
#define SO_SNDLOWAT     13
#define SO_SNDTIMEO     14
#define SO_TYPE         15
#define SO_TIMESTAMP    16
#define SO_BINDTODEVICE 17
#define SO_PEERCRED     18
#define SO_SNDBUFFORCE  32
#define SO_RCVBUFFORCE  33
#define SO_TIMESTAMPNS  35
#define SO_TIMESTAMPING 37
#define SO_PROTOCOL     38
#define SO_DOMAIN       39
#define SO_RXQ_OVFL     40

/* Options of protocols have numbers from here on. */

#define __SO_PROTOCOL 16

#define SHUT_RD   1
#define SHUT_WR   2
#define SHUT_RDWR 3

#ifdef CONFIG_NET_TCPBACKLOG_CONNS
#  define SOMAXCONN CONFIG_NET_TCPBACKLOG_CONNS
#else
#  define SOMAXCONN 8
#endif

/* Control messages of sendmsg and recvmsg. */

#define SCM_RIGHTS       0x01
#define SCM_CREDENTIALS  0x02
#define SCM_SECURITY     0x03
#define SCM_TIMESTAMP    SO_TIMESTAMP
#define SCM_TIMESTAMPNS  SO_TIMESTAMPNS
#define SCM_TIMESTAMPING SO_TIMESTAMPING

#define CMSG_ALIGN(len) (((len) + sizeof(long) - 1) & ~(sizeof(long) - 1))
#define CMSG_DATA(cmsg) ((FAR void *)((FAR char *)(cmsg) + CMSG_ALIGN(sizeof(struct cmsghdr))))
#define CMSG_SPACE(len) (CMSG_ALIGN(sizeof(struct cmsghdr)) + CMSG_ALIGN(len))
#define CMSG_LEN(len)   (CMSG_ALIGN(sizeof(struct cmsghdr)) + (len))
#define CMSG_FIRSTHDR(msg) \
  ((msg)->msg_controllen >= sizeof(struct cmsghdr) ? (FAR struct cmsghdr *)(msg)->msg_control : NULL)
#define __CMSG_NEXT(cmsg) ((FAR char *)(cmsg) + CMSG_ALIGN((cmsg)->cmsg_len))
#define CMSG_NXTHDR(msg, cmsg) \
  ((cmsg)->cmsg_len < sizeof(struct cmsghdr) || \
   __CMSG_NEXT(cmsg) + sizeof(struct cmsghdr) > (FAR char *)(msg)->msg_control + (msg)->msg_controllen \
     ? NULL : (FAR struct cmsghdr *)__CMSG_NEXT(cmsg))
#define CMSG_OK(msg, cmsg) \
  ((cmsg)->cmsg_len >= sizeof(struct cmsghdr) && \
   (cmsg)->cmsg_len <= (unsigned long)((msg)->msg_controllen - ((FAR char *)(cmsg) - (FAR char *)(msg)->msg_control)))
#define for_each_cmsghdr(cmsg, msg) for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg))

#define SS_MAXSIZE   128
#define SS_ALIGNSIZE (sizeof(int64_t))

struct sockaddr
{
  sa_family_t sa_family;
  char        sa_data[14];
};

struct sockaddr_storage
{
  sa_family_t ss_family;
  char        ss_data[SS_MAXSIZE - sizeof(sa_family_t)];
} __attribute__((aligned(SS_ALIGNSIZE)));

struct linger
{
  int l_onoff;
  int l_linger; /* Seconds */
};

struct msghdr
{
  FAR void         *msg_name;
  socklen_t         msg_namelen;
  FAR struct iovec *msg_iov;
  unsigned long     msg_iovlen;
  FAR void         *msg_control;
  unsigned long     msg_controllen;
  unsigned int      msg_flags;
};

struct cmsghdr
{
  unsigned long cmsg_len; /* With this header */
  int           cmsg_level;
  int           cmsg_type;
};

struct ucred
{
  pid_t pid;
  uid_t uid;
  gid_t gid;
};

int socket(int domain, int type, int protocol);
int socketpair(int domain, int type, int protocol, int sv[2]);
int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int connect(int sockfd, const struct sockaddr *addr, socklen_t addrlen);
int listen(int sockfd, int backlog);
int accept(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int accept4(int sockfd, struct sockaddr *addr, socklen_t *addrlen, int flags);
ssize_t send(int sockfd, const void *buf, size_t len, int flags);
ssize_t sendto(int sockfd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t tolen);
ssize_t sendmsg(int sockfd, struct msghdr *msg, int flags);
ssize_t recv(int sockfd, void *buf, size_t len, int flags);
ssize_t recvfrom(int sockfd, void *buf, size_t len, int flags, struct sockaddr *from, socklen_t *fromlen);
ssize_t recvmsg(int sockfd, struct msghdr *msg, int flags);
int shutdown(int sockfd, int how);
int setsockopt(int sockfd, int level, int option, const void *value, socklen_t value_len);
int getsockopt(int sockfd, int level, int option, void *value, socklen_t *value_len);
int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen);
int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen);

#endif
