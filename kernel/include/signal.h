#ifndef __INCLUDE_SIGNAL_H
#define __INCLUDE_SIGNAL_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <sys/types.h>
#include <time.h>

#define MIN_SIGNO    1
#define MAX_SIGNO    63
#define SIGSTDMIN    1
#define SIGSTDMAX    31
#define SIGRTMIN     32
#define SIGRTMAX     MAX_SIGNO
#define NSIG         (MAX_SIGNO + 1)
#define _NSIG        NSIG
#define GOOD_SIGNO(s)     ((unsigned)(s) <= MAX_SIGNO)
#define UNCAUGHT_SIGNO(s) ((s) == SIGKILL || (s) == SIGSTOP)

#define SIGHUP       1
#define SIGINT       2
#define SIGQUIT      3
#define SIGILL       4
#define SIGTRAP      5
#define SIGABRT      6
#define SIGBUS       7
#define SIGFPE       8
#define SIGKILL      9
#define SIGUSR1      10
#define SIGSEGV      11
#define SIGUSR2      12
#define SIGPIPE      13
#define SIGALRM      14
#define SIGTERM      15
#define SIGCHLD      17
#define SIGCONT      18
#define SIGSTOP      19
#define SIGTSTP      20
#define SIGTTIN      21
#define SIGTTOU      22
#define SIGURG       23
#define SIGXCPU      24
#define SIGXFSZ      25
#define SIGVTALRM    26
#define SIGPROF      27
#define SIGWINCH     28
#define SIGPOLL      29
#define SIGIO        SIGPOLL
#define SIGSYS       31

#define SIG_BLOCK    1
#define SIG_UNBLOCK  2
#define SIG_SETMASK  3

#define SA_NOCLDSTOP (1 << 0)
#define SA_SIGINFO   (1 << 1)
#define SA_NOCLDWAIT (1 << 2)
#define SA_ONSTACK   (1 << 3)
#define SA_RESTART   (1 << 4)
#define SA_NODEFER   (1 << 5)
#define SA_RESETHAND (1 << 6)

#define SI_USER      0
#define SI_QUEUE     1
#define SI_TIMER     2
#define SI_ASYNCIO   3
#define SI_MESGQ     4

#define CLD_EXITED    5
#define CLD_KILLED    6
#define CLD_DUMPED    7
#define CLD_TRAPPED   8
#define CLD_STOPPED   9
#define CLD_CONTINUED 10

#define SIGEV_NONE   0
#define SIGEV_SIGNAL 1
#define SIGEV_THREAD 3

/* Without default actions, to take the default is to ignore. */

#define SIG_ERR      ((_sa_handler_t)-1)
#define SIG_IGN      ((_sa_handler_t)0)
#ifdef CONFIG_SIG_DEFAULT
#  define SIG_DFL    ((_sa_handler_t)1)
#  define SIG_HOLD   ((_sa_handler_t)2)
#else
#  define SIG_DFL    ((_sa_handler_t)0)
#  define SIG_HOLD   ((_sa_handler_t)1)
#endif

typedef struct sigset_s
{
  uint32_t _elem[2];
} sigset_t;
#define __DEFINED_sigset_t

typedef volatile int sig_atomic_t;

union sigval
{
  int   sival_int;
  void *sival_ptr;
};

typedef CODE void (*sigev_notify_function_t)(union sigval value);

struct pthread_attr_s;

struct sigevent
{
  uint8_t                 sigev_notify;
  uint8_t                 sigev_signo;
  union sigval            sigev_value;
  sigev_notify_function_t sigev_notify_function;
  struct pthread_attr_s  *sigev_notify_attributes;
};

typedef struct siginfo
{
  uint8_t      si_signo;
  uint8_t      si_code;
  uint8_t      si_errno;
  union sigval si_value;
  pid_t        si_pid;
  int          si_status;
  void        *si_user;
} siginfo_t;

typedef CODE void (*_sa_handler_t)(int signo);
typedef CODE void (*_sa_sigaction_t)(int signo, siginfo_t *info, void *context);
typedef _sa_handler_t sighandler_t;

struct sigaction
{
  union
  {
    _sa_handler_t   _sa_handler;
    _sa_sigaction_t _sa_sigaction;
  } sa_u;
  sigset_t sa_mask;
  int      sa_flags;
  void    *sa_user;
};

#define sa_handler   sa_u._sa_handler
#define sa_sigaction sa_u._sa_sigaction

int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int signo);
int sigdelset(sigset_t *set, int signo);
int sigismember(const sigset_t *set, int signo);
int sigaction(int signo, const struct sigaction *act, struct sigaction *oact);
_sa_handler_t signal(int signo, _sa_handler_t func);
int sigignore(int signo);
_sa_handler_t sigset(int signo, _sa_handler_t disp);
int sigprocmask(int how, const sigset_t *set, sigset_t *oset);
int sighold(int signo);
int sigrelse(int signo);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *set);
int sigpause(int signo);
int sigwait(const sigset_t *set, int *sig);
int sigwaitinfo(const sigset_t *set, siginfo_t *info);
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout);
int sigqueue(int pid, int signo, union sigval value);
int kill(pid_t pid, int signo);
int killpg(pid_t pgrp, int signo);
int tgkill(pid_t pid, pid_t tid, int signo);
int raise(int signo);
int pthread_kill(pthread_t thread, int signo);
int pthread_sigmask(int how, const sigset_t *set, sigset_t *oset);
_LIBC void psignal(int signum, FAR const char *message);
_LIBC void psiginfo(FAR const siginfo_t *pinfo, FAR const char *message);

#endif
