#ifndef __INCLUDE_SEMAPHORE_H
#define __INCLUDE_SEMAPHORE_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <limits.h>
#include <time.h>

#define SEM_PRIO_NONE     0
#define SEM_PRIO_INHERIT  1
#define SEM_PRIO_PROTECT  2

#define SEM_FAILED        ((sem_t *)NULL)

/* The kernel keeps waiters and holders under the semaphore's address. A negative count is the number of waiters. */

struct sem_s
{
  volatile int32_t semcount;
  uint8_t          flags;
  uint8_t          pad[3];
  uint32_t         reserved[2];
};

typedef struct sem_s sem_t;

#define SEM_INITIALIZER(c) { (c), 0, { 0, 0, 0 }, { 0, 0 } }

int sem_init(sem_t *sem, int pshared, unsigned int value);
int sem_destroy(sem_t *sem);
sem_t *sem_open(const char *name, int oflag, ...);
int sem_close(sem_t *sem);
int sem_unlink(const char *name);
int sem_wait(sem_t *sem);
int sem_timedwait(sem_t *sem, const struct timespec *abstime);
int sem_clockwait(sem_t *sem, clockid_t clockid, const struct timespec *abstime);
int sem_trywait(sem_t *sem);
int sem_post(sem_t *sem);
int sem_getvalue(sem_t *sem, int *sval);
int sem_getprotocol(sem_t *sem, int *protocol);
int sem_setprotocol(sem_t *sem, int protocol);

#endif
