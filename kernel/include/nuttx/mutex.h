#ifndef __INCLUDE_NUTTX_MUTEX_H
#define __INCLUDE_NUTTX_MUTEX_H

#include <nuttx/semaphore.h>

/* A semaphore with a count of one. */

typedef sem_t mutex_t;

#define NXMUTEX_INITIALIZER SEM_INITIALIZER(1)

_LIBC int nxmutex_init(mutex_t *mutex);
_LIBC int nxmutex_destroy(mutex_t *mutex);
_LIBC int nxmutex_lock(mutex_t *mutex);
_LIBC int nxmutex_trylock(mutex_t *mutex);
_LIBC int nxmutex_unlock(mutex_t *mutex);

#endif
