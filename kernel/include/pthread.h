#ifndef __INCLUDE_PTHREAD_H
#define __INCLUDE_PTHREAD_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <sys/types.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>

#define PTHREAD_PROCESS_PRIVATE       0
#define PTHREAD_PROCESS_SHARED        1

#define PTHREAD_MUTEX_NORMAL          0
#define PTHREAD_MUTEX_ERRORCHECK      1
#define PTHREAD_MUTEX_RECURSIVE       2
#define PTHREAD_MUTEX_DEFAULT         PTHREAD_MUTEX_NORMAL

#define PTHREAD_MUTEX_STALLED         0
#define PTHREAD_MUTEX_ROBUST          1

#define PTHREAD_PRIO_NONE             SEM_PRIO_NONE
#define PTHREAD_PRIO_INHERIT          SEM_PRIO_INHERIT
#define PTHREAD_PRIO_PROTECT          SEM_PRIO_PROTECT

#define PTHREAD_INHERIT_SCHED         0
#define PTHREAD_EXPLICIT_SCHED        1

#define PTHREAD_CREATE_JOINABLE       0
#define PTHREAD_CREATE_DETACHED       1

#define PTHREAD_SCOPE_SYSTEM          0
#define PTHREAD_SCOPE_PROCESS         1

#define PTHREAD_CANCEL_ENABLE         0
#define PTHREAD_CANCEL_DISABLE        1
#define PTHREAD_CANCEL_DEFERRED       0
#define PTHREAD_CANCEL_ASYNCHRONOUS   1
#define PTHREAD_CANCELED              ((void *)ERROR)

#define PTHREAD_BARRIER_SERIAL_THREAD 0x1000

#define PTHREAD_DEFAULT_PRIORITY      SCHED_PRIORITY_DEFAULT
#define PTHREAD_STACK_DEFAULT         CONFIG_PTHREAD_STACK_DEFAULT
#undef  PTHREAD_STACK_MIN
#define PTHREAD_STACK_MIN             CONFIG_PTHREAD_STACK_MIN

typedef void *pthread_addr_t;
typedef CODE pthread_addr_t (*pthread_startroutine_t)(pthread_addr_t);
typedef pthread_startroutine_t pthread_func_t;

typedef struct pthread_attr_s
{
  uint8_t         priority;
  uint8_t         policy;
  uint8_t         inheritsched;
  uint8_t         detachstate;
  uint8_t         low_priority;
  uint8_t         max_repl;
  uint8_t         pad[2];
  void           *stackaddr;
  size_t          stacksize;
  size_t          guardsize;
  struct timespec repl_period;
  struct timespec budget;
} pthread_attr_t;

typedef struct pthread_mutexattr_s
{
  uint8_t pshared;
  uint8_t proto;
  uint8_t type;
  uint8_t robust;
  uint8_t pad;
} pthread_mutexattr_t;

typedef struct pthread_mutex_s
{
  sem_t    sem;
  pid_t    holder;
  uint8_t  flags;
  uint8_t  type;
  int16_t  nlocks;
  uint32_t reserved[2];
} pthread_mutex_t;

#define _PTHREAD_MFLAGS_ROBUST       (1 << 0)
#define _PTHREAD_MFLAGS_INCONSISTENT (1 << 1)
#define _PTHREAD_MFLAGS_NRECOVERABLE (1 << 2)

#if defined(CONFIG_PTHREAD_MUTEX_UNSAFE) || defined(CONFIG_PTHREAD_MUTEX_DEFAULT_UNSAFE)
#  define __PTHREAD_MUTEX_DEFAULT_FLAGS 0
#else
#  define __PTHREAD_MUTEX_DEFAULT_FLAGS _PTHREAD_MFLAGS_ROBUST
#endif

#if defined(CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_INHERIT) && defined(CONFIG_PRIORITY_INHERITANCE)
#  define __PTHREAD_MUTEX_DEFAULT_PRIO PTHREAD_PRIO_INHERIT
#else
#  define __PTHREAD_MUTEX_DEFAULT_PRIO PTHREAD_PRIO_NONE
#endif
#define __PTHREAD_MUTEX_SEM { 1, __PTHREAD_MUTEX_DEFAULT_PRIO, { 0, 0, 0 }, { 0, 0 } }

#define PTHREAD_MUTEX_INITIALIZER \
  { __PTHREAD_MUTEX_SEM, -1, __PTHREAD_MUTEX_DEFAULT_FLAGS, PTHREAD_MUTEX_DEFAULT, 0, { 0, 0 } }
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP \
  { __PTHREAD_MUTEX_SEM, -1, __PTHREAD_MUTEX_DEFAULT_FLAGS, PTHREAD_MUTEX_RECURSIVE, 0, { 0, 0 } }

typedef struct pthread_condattr_s
{
  uint8_t   pshared;
  clockid_t clockid;
} pthread_condattr_t;

typedef struct pthread_cond_s
{
  sem_t     sem;
  clockid_t clockid;
  uint32_t  wait_count;
} pthread_cond_t;

#define PTHREAD_COND_INITIALIZER { SEM_INITIALIZER(0), CLOCK_REALTIME, 0 }

typedef struct pthread_barrierattr_s
{
  int pshared;
} pthread_barrierattr_t;

typedef struct pthread_barrier_s
{
  sem_t        sem;
  unsigned int count;
  unsigned int wait_count;
  pthread_mutex_t mutex;
} pthread_barrier_t;

typedef struct pthread_once_s
{
  bool            done;
  pthread_mutex_t mutex;
} pthread_once_t;

#define PTHREAD_ONCE_INIT { false, PTHREAD_MUTEX_INITIALIZER }

typedef int pthread_rwlockattr_t;

typedef struct pthread_rwlock_s
{
  pthread_mutex_t lock;
  pthread_cond_t  cv;
  unsigned int    num_readers;
  unsigned int    num_writers;
  bool            write_in_progress;
} pthread_rwlock_t;

#define PTHREAD_RWLOCK_INITIALIZER { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false }

typedef struct pthread_spinlock_s
{
  volatile int32_t locked;
  pthread_t        holder;
} pthread_spinlock_t;

int pthread_attr_init(pthread_attr_t *attr);
int pthread_attr_destroy(pthread_attr_t *attr);
int pthread_attr_setschedpolicy(pthread_attr_t *attr, int policy);
int pthread_attr_getschedpolicy(const pthread_attr_t *attr, int *policy);
int pthread_attr_setschedparam(pthread_attr_t *attr, const struct sched_param *param);
int pthread_attr_getschedparam(const pthread_attr_t *attr, struct sched_param *param);
int pthread_attr_setinheritsched(pthread_attr_t *attr, int inheritsched);
int pthread_attr_getinheritsched(const pthread_attr_t *attr, int *inheritsched);
int pthread_attr_setdetachstate(pthread_attr_t *attr, int detachstate);
int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *detachstate);
int pthread_attr_setstacksize(pthread_attr_t *attr, size_t stacksize);
int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *stacksize);
int pthread_attr_setstack(pthread_attr_t *attr, void *stackaddr, size_t stacksize);
int pthread_attr_getstack(const pthread_attr_t *attr, void **stackaddr, size_t *stacksize);
int pthread_attr_setguardsize(pthread_attr_t *attr, size_t guardsize);
int pthread_attr_getguardsize(const pthread_attr_t *attr, size_t *guardsize);
int pthread_attr_setscope(pthread_attr_t *attr, int scope);
int pthread_attr_getscope(const pthread_attr_t *attr, int *scope);
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr);

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, pthread_startroutine_t start, pthread_addr_t arg);
int pthread_detach(pthread_t thread);
void pthread_exit(pthread_addr_t value) noreturn_function;
int pthread_join(pthread_t thread, pthread_addr_t *value);
int pthread_cancel(pthread_t thread);
int pthread_setcancelstate(int state, int *oldstate);
int pthread_setcanceltype(int type, int *oldtype);
void pthread_testcancel(void);
void pthread_cleanup_push(void (*routine)(void *), void *arg);
void pthread_cleanup_pop(int execute);
void pthread_yield(void);
pthread_t pthread_self(void);
int pthread_equal(pthread_t a, pthread_t b);
int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param);
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param);
int pthread_setschedprio(pthread_t thread, int prio);
int pthread_setname_np(pthread_t thread, const char *name);
int pthread_getname_np(pthread_t thread, char *name, size_t len);
pid_t pthread_gettid_np(pthread_t thread);

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int pthread_setspecific(pthread_key_t key, const void *value);
void *pthread_getspecific(pthread_key_t key);
int pthread_key_delete(pthread_key_t key);

int pthread_mutexattr_init(pthread_mutexattr_t *attr);
int pthread_mutexattr_destroy(pthread_mutexattr_t *attr);
int pthread_mutexattr_getpshared(const pthread_mutexattr_t *attr, int *pshared);
int pthread_mutexattr_setpshared(pthread_mutexattr_t *attr, int pshared);
int pthread_mutexattr_gettype(const pthread_mutexattr_t *attr, int *type);
int pthread_mutexattr_settype(pthread_mutexattr_t *attr, int type);
int pthread_mutexattr_getprotocol(const pthread_mutexattr_t *attr, int *protocol);
int pthread_mutexattr_setprotocol(pthread_mutexattr_t *attr, int protocol);
int pthread_mutexattr_getrobust(const pthread_mutexattr_t *attr, int *robust);
int pthread_mutexattr_setrobust(pthread_mutexattr_t *attr, int robust);
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr);
int pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *abstime);
int pthread_mutex_trylock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);
int pthread_mutex_consistent(pthread_mutex_t *mutex);

int pthread_condattr_init(pthread_condattr_t *attr);
int pthread_condattr_destroy(pthread_condattr_t *attr);
int pthread_condattr_getpshared(const pthread_condattr_t *attr, int *pshared);
int pthread_condattr_setpshared(pthread_condattr_t *attr, int pshared);
int pthread_condattr_getclock(const pthread_condattr_t *attr, clockid_t *clockid);
int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clockid);
int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attr);
int pthread_cond_destroy(pthread_cond_t *cond);
int pthread_cond_broadcast(pthread_cond_t *cond);
int pthread_cond_signal(pthread_cond_t *cond);
int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex);
int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *abstime);
int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t clockid, const struct timespec *abstime);

int pthread_barrierattr_init(pthread_barrierattr_t *attr);
int pthread_barrierattr_destroy(pthread_barrierattr_t *attr);
int pthread_barrierattr_getpshared(const pthread_barrierattr_t *attr, int *pshared);
int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int pshared);
int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned int count);
int pthread_barrier_destroy(pthread_barrier_t *barrier);
int pthread_barrier_wait(pthread_barrier_t *barrier);

int pthread_rwlockattr_init(pthread_rwlockattr_t *attr);
int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attr);
int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *attr, int *pshared);
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int pshared);
int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attr);
int pthread_rwlock_destroy(pthread_rwlock_t *lock);
int pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *abstime);
int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock);
int pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *abstime);
int pthread_rwlock_trywrlock(pthread_rwlock_t *lock);
int pthread_rwlock_unlock(pthread_rwlock_t *lock);

int pthread_spin_init(pthread_spinlock_t *lock, int pshared);
int pthread_spin_destroy(pthread_spinlock_t *lock);
int pthread_spin_lock(pthread_spinlock_t *lock);
int pthread_spin_trylock(pthread_spinlock_t *lock);
int pthread_spin_unlock(pthread_spinlock_t *lock);

int pthread_once(pthread_once_t *once, void (*init)(void));

#endif
