/* Semaphores and mutexes as drivers know them: errors are returned. */

#include <errno.h>
#include <nuttx/mutex.h>

static int result(int value)
{
  return value < 0 ? -errno : value;
}

int nxsem_init(sem_t *sem, int pshared, unsigned int value)
{
  return result(sem_init(sem, pshared, value));
}

int nxsem_destroy(sem_t *sem)
{
  return result(sem_destroy(sem));
}

int nxsem_wait(sem_t *sem)
{
  return result(sem_wait(sem));
}

int nxsem_wait_uninterruptible(sem_t *sem)
{
  int error;

  do
    {
      error = nxsem_wait(sem);
    }
  while (error == -EINTR);
  return error;
}

int nxsem_trywait(sem_t *sem)
{
  return result(sem_trywait(sem));
}

int nxsem_post(sem_t *sem)
{
  return result(sem_post(sem));
}

int nxmutex_init(mutex_t *mutex)
{
  return result(sem_init(mutex, 0, 1));
}

int nxmutex_destroy(mutex_t *mutex)
{
  return nxsem_destroy(mutex);
}

int nxmutex_lock(mutex_t *mutex)
{
  return nxsem_wait_uninterruptible(mutex);
}

int nxmutex_trylock(mutex_t *mutex)
{
  return nxsem_trywait(mutex);
}

int nxmutex_unlock(mutex_t *mutex)
{
  return nxsem_post(mutex);
}
