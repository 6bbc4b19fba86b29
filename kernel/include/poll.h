#ifndef __INCLUDE_POLL_H
#define __INCLUDE_POLL_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <signal.h>
#include <time.h>

#define POLLIN      0x01
#define POLLRDNORM  0x01
#define POLLRDBAND  0x01
#define POLLPRI     0x02
#define POLLOUT     0x04
#define POLLWRNORM  0x04
#define POLLWRBAND  0x04
#define POLLERR     0x08
#define POLLHUP     0x10
#define POLLRDHUP   0x10
#define POLLNVAL    0x20

typedef unsigned int nfds_t;

struct pollfd
{
  int      fd;
  uint32_t events;
  uint32_t revents;
  void    *arg;
  void    *cb;
  void    *priv;
};

int poll(struct pollfd *fds, nfds_t nfds, int timeout);
int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *sigmask);

#endif
