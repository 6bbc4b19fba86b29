#ifndef __INCLUDE_NUTTX_SEMAPHORE_H
#define __INCLUDE_NUTTX_SEMAPHORE_H

#include <semaphore.h>

/* What drivers call: as the functions of semaphore.h, with the negated errno returned. */

_LIBC int nxsem_init(sem_t *sem, int pshared, unsigned int value);
_LIBC int nxsem_destroy(sem_t *sem);
_LIBC int nxsem_wait(sem_t *sem);
_LIBC int nxsem_wait_uninterruptible(sem_t *sem);
_LIBC int nxsem_trywait(sem_t *sem);
_LIBC int nxsem_post(sem_t *sem);

#endif
