#ifndef __INCLUDE_SYS_WAIT_H
#define __INCLUDE_SYS_WAIT_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <signal.h>

#define WEXITSTATUS(s)  (((s) >> 8) & 0xff)
#define WTERMSIG(s)     (((s) >> 8) & 0x7f)
#define WSTOPSIG(s)     WEXITSTATUS(s)
#define WIFEXITED(s)    (((s) & 0xff) == 0)
#define WIFSIGNALED(s)  (((s) & 0xffff) - 1u < 0xffu)
#define WIFSTOPPED(s)   (((s) & 0xff) == 0x7f)
#define WIFCONTINUED(s) ((s) == 0xffff)

#define WCONTINUED      (1 << 0)
#define WNOHANG         (1 << 1)
#define WUNTRACED       (1 << 2)
#define WEXITED         (1 << 3)
#define WSTOPPED        (1 << 4)
#define WNOWAIT         (1 << 5)

typedef enum idtype_e
{
  P_PID = 1,
  P_PGID = 2,
  P_ALL = 3
} idtype_t;

#define P_GID P_PGID

pid_t wait(int *stat_loc);
pid_t waitpid(pid_t pid, int *stat_loc, int options);
int waitid(idtype_t idtype, id_t id, siginfo_t *info, int options);

#endif
