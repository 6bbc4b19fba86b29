#ifndef __INCLUDE_MQUEUE_H
#define __INCLUDE_MQUEUE_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <time.h>

#define MQ_NONBLOCK O_NONBLOCK

typedef int mqd_t;

struct mq_attr
{
  size_t   mq_maxmsg;
  size_t   mq_msgsize;
  unsigned mq_flags;
  size_t   mq_curmsgs;
};

mqd_t mq_open(const char *name, int oflags, ...);
int mq_close(mqd_t mqdes);
int mq_unlink(const char *name);
int mq_send(mqd_t mqdes, const char *msg, size_t msglen, unsigned int prio);
int mq_timedsend(mqd_t mqdes, const char *msg, size_t msglen, unsigned int prio, const struct timespec *abstime);
ssize_t mq_receive(mqd_t mqdes, char *msg, size_t msglen, unsigned int *prio);
ssize_t mq_timedreceive(mqd_t mqdes, char *msg, size_t msglen, unsigned int *prio, const struct timespec *abstime);
int mq_notify(mqd_t mqdes, const struct sigevent *notification);
int mq_setattr(mqd_t mqdes, const struct mq_attr *stat, struct mq_attr *oldstat);
int mq_getattr(mqd_t mqdes, struct mq_attr *stat);

#endif
