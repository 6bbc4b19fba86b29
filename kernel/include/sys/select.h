#ifndef __INCLUDE_SYS_SELECT_H
#define __INCLUDE_SYS_SELECT_H

#include <sys/types.h>
#include <sys/time.h>
#include <signal.h>
#include <string.h>

#define FD_SETSIZE      256
#define FD_SET(n, s)    ((s)->arr[(n) >> 5] |= 1u << ((n) & 31))
#define FD_CLR(n, s)    ((s)->arr[(n) >> 5] &= ~(1u << ((n) & 31)))
#define FD_ISSET(n, s)  (((s)->arr[(n) >> 5] & (1u << ((n) & 31))) != 0)
#define FD_ZERO(s)      memset((s), 0, sizeof(fd_set))

typedef struct fd_set_s
{
  uint32_t arr[FD_SETSIZE / 32];
} fd_set;

int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout);
int pselect(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, const struct timespec *timeout, const sigset_t *sigmask);

#endif
