#ifndef __INCLUDE_SPAWN_H
#define __INCLUDE_SPAWN_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>

#define POSIX_SPAWN_RESETIDS      (1 << 0)
#define POSIX_SPAWN_SETPGROUP     (1 << 1)
#define POSIX_SPAWN_SETSCHEDPARAM (1 << 2)
#define POSIX_SPAWN_SETSCHEDULER  (1 << 3)
#define POSIX_SPAWN_SETSIGDEF     (1 << 4)
#define POSIX_SPAWN_SETSIGMASK    (1 << 5)
#define POSIX_SPAWN_SETSID        (1 << 7)

typedef struct posix_spawnattr_s
{
  uint8_t         flags;
  uint8_t         priority;
  uint8_t         policy;
  uint8_t         low_priority;
  uint8_t         max_repl;
  uint8_t         pad[3];
  sigset_t        sigmask;
  void           *stackaddr;
  size_t          stacksize;
  struct timespec repl_period;
  struct timespec budget;
} posix_spawnattr_t;

typedef void *posix_spawn_file_actions_t;

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[]);
int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[]);
int task_spawn(const char *name, main_t entry, const posix_spawn_file_actions_t *file_actions, const posix_spawnattr_t *attr, char *const argv[], char *const envp[]);

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *file_actions);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *file_actions);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *file_actions, int fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *file_actions, int fd1, int fd2);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *file_actions, int fd, const char *path, int oflags, mode_t mode);

int posix_spawnattr_init(posix_spawnattr_t *attr);
int posix_spawnattr_destroy(posix_spawnattr_t *attr);
int posix_spawnattr_getflags(const posix_spawnattr_t *attr, short *flags);
int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags);
int posix_spawnattr_getschedparam(const posix_spawnattr_t *attr, struct sched_param *param);
int posix_spawnattr_setschedparam(posix_spawnattr_t *attr, const struct sched_param *param);
int posix_spawnattr_getschedpolicy(const posix_spawnattr_t *attr, int *policy);
int posix_spawnattr_setschedpolicy(posix_spawnattr_t *attr, int policy);
int posix_spawnattr_getsigmask(const posix_spawnattr_t *attr, sigset_t *sigmask);
int posix_spawnattr_setsigmask(posix_spawnattr_t *attr, const sigset_t *sigmask);
int task_spawnattr_getstacksize(const posix_spawnattr_t *attr, size_t *stacksize);
int task_spawnattr_setstacksize(posix_spawnattr_t *attr, size_t stacksize);
int task_spawnattr_getstackaddr(const posix_spawnattr_t *attr, void **stackaddr);
int task_spawnattr_setstackaddr(posix_spawnattr_t *attr, void *stackaddr);

#endif
