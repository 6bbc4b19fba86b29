import { test } from 'vitest';
import { expectCalls } from '../calls';

/** A handler that counts, and what tests look at. */
const handlers = `#include <signal.h>
static sigset_t g_set;
static sigset_t g_old;
static siginfo_t g_info;
static struct sigaction g_act;
static volatile int g_count;
static volatile int g_signo;
static volatile int g_value;
static volatile int g_masked;

static void handler(int signo, FAR siginfo_t *info, FAR void *context)
{
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  g_masked = sigismember(&mask, SIGUSR1) + 2 * sigismember(&mask, SIGUSR2);
  g_count++;
  g_signo = signo;
  g_value = info->si_value.sival_int;
  errno = 99;
}

static int catch(int signo, int flags, int also)
{
  struct sigaction act = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };
  sigemptyset(&act.sa_mask);
  if (also)
    {
      sigaddset(&act.sa_mask, also);
    }

  return sigaction(signo, &act, NULL);
}

static sigset_t *set(int signo)
{
  sigemptyset(&g_set);
  if (signo)
    {
      sigaddset(&g_set, signo);
    }

  return &g_set;
}

static int queue(pid_t pid, int signo, int value)
{
  return sigqueue(pid, signo, (union sigval){ .sival_int = value });
}
`;

test('sets of signals', () =>
  expectCalls(handlers, [
    ['sigemptyset(&g_set)', 0],
    ['sigismember(&g_set, SIGUSR1)', 0],
    ['sigaddset(&g_set, SIGUSR1)', 0],
    ['sigaddset(&g_set, SIGRTMAX)', 0],
    ['sigismember(&g_set, SIGUSR1)', 1],
    ['sigismember(&g_set, SIGRTMAX)', 1],
    ['sigismember(&g_set, SIGUSR2)', 0],
    ['sigdelset(&g_set, SIGUSR1)', 0],
    ['sigismember(&g_set, SIGUSR1)', 0],
    ['sigfillset(&g_set)', 0],
    ['sigismember(&g_set, SIGRTMIN)', 1],
    ['sigaddset(&g_set, 64)', 'EINVAL'],
    ['sigdelset(&g_set, -1)', 'EINVAL'],
    ['sigismember(&g_set, 64)', 'EINVAL'],
    ['sigemptyset(NULL)', 'EINVAL'],
    ['sigfillset(NULL)', 'EINVAL'],
    ['sigaddset(NULL, SIGUSR1)', 'EINVAL'],
    ['sigdelset(NULL, SIGUSR1)', 'EINVAL'],
    ['sigismember(NULL, SIGUSR1)', 'EINVAL'],
  ]));

test('actions and masks', () =>
  expectCalls(
    `${handlers}
static void other(int signo)
{
  g_signo = -signo;
}
`,
    [
      // sigaction
      ['sigaction(64, NULL, NULL)', 'EINVAL'],
      ['sigaction(SIGUSR1, NULL, &g_act)', 0],
      ['g_act.sa_handler == SIG_DFL', 1],
      ['catch(SIGUSR1, SA_RESTART, SIGUSR2)', 0],
      ['sigaction(SIGUSR1, NULL, &g_act)', 0],
      ['g_act.sa_sigaction == handler', 1],
      ['g_act.sa_flags == (SA_SIGINFO | SA_RESTART)', 1],
      ['sigismember(&g_act.sa_mask, SIGUSR2)', 1],

      // The handler runs before raise returns, with its mask, and errno as well as the mask are what they were.
      ['raise(SIGUSR1)', 0],
      ['g_signo', 10],
      ['g_masked', 3],
      ['errno', 0],
      ['(errno = 7, kill(getpid(), SIGUSR1), errno)', 7],
      ['(sigprocmask(SIG_BLOCK, NULL, &g_old), sigismember(&g_old, SIGUSR1))', 0],
      ['catch(SIGUSR1, SA_NODEFER, 0)', 0],
      ['raise(SIGUSR1)', 0],
      ['g_masked', 0],
      ['raise(64)', 'EINVAL'],
      ['catch(SIGUSR2, SA_RESETHAND, 0)', 0],
      ['(g_signo = 0, raise(SIGUSR2))', 0],
      ['g_signo', 12],
      ['sigaction(SIGUSR2, NULL, &g_act)', 0],
      ['g_act.sa_handler == SIG_DFL', 1],

      // signal, sigset, sigignore
      ['signal(SIGUSR1, other) == (_sa_handler_t)handler', 1],
      ['raise(SIGUSR1)', 0],
      ['g_signo', -10],
      ['signal(64, other)', 'EINVAL'],
      ['sigignore(SIGUSR1)', 0],
      ['sigignore(64)', 'EINVAL'],
      ['(g_signo = 0, raise(SIGUSR1))', 0],
      ['g_signo', 0],
      ['sighold(SIGUSR1)', 0],
      ['sigset(SIGUSR1, other) == SIG_IGN', 1],
      ['(sigprocmask(SIG_BLOCK, NULL, &g_old), sigismember(&g_old, SIGUSR1))', 0],
      ['sigset(SIGUSR1, SIG_HOLD) == SIG_HOLD', 1],
      ['(sigprocmask(SIG_BLOCK, NULL, &g_old), sigismember(&g_old, SIGUSR1))', 1],
      ['sigset(64, other)', 'EINVAL'],

      // Pending while it is blocked; handled before the call that unblocks it returns.
      ['raise(SIGUSR1)', 0],
      ['g_signo', 0],
      ['sigpending(&g_old)', 0],
      ['sigismember(&g_old, SIGUSR1)', 1],
      ['sigismember(&g_old, SIGUSR2)', 0],
      ['sigpending(NULL)', 'EINVAL'],
      ['sigrelse(SIGUSR1)', 0],
      ['g_signo', -10],
      ['(sigpending(&g_old), sigismember(&g_old, SIGUSR1))', 0],
      ['sighold(64)', 'EINVAL'],
      ['sigrelse(-1)', 'EINVAL'],

      // sigprocmask and pthread_sigmask, which gives the errno
      ['sigprocmask(SIG_SETMASK, set(SIGUSR2), &g_old)', 0],
      ['sigprocmask(SIG_BLOCK, set(SIGUSR1), &g_old)', 0],
      ['sigismember(&g_old, SIGUSR2)', 1],
      ['sigprocmask(SIG_UNBLOCK, set(SIGUSR2), &g_old)', 0],
      ['sigismember(&g_old, SIGUSR1)', 1],
      ['sigprocmask(SIG_BLOCK, NULL, &g_old)', 0],
      ['sigismember(&g_old, SIGUSR2)', 0],
      ['sigprocmask(9, set(0), NULL)', 'EINVAL'],
      ['pthread_sigmask(SIG_SETMASK, set(SIGUSR2), &g_old)', 0],
      ['pthread_sigmask(9, set(0), NULL)', 22],
      ['(sigfillset(&g_set), sigprocmask(SIG_SETMASK, &g_set, NULL), sigprocmask(SIG_BLOCK, NULL, &g_old))', 0],
      ['sigismember(&g_old, SIGKILL) + sigismember(&g_old, SIGSTOP)', 0],
    ],
  ));

test('sending and waiting', () =>
  expectCalls(
    `${handlers}
#include <pthread.h>
static int g_got;
static struct timespec g_timeout;

static FAR struct timespec *timeout(int ms)
{
  g_timeout.tv_sec = 0;
  g_timeout.tv_nsec = ms * 1000000;
  return &g_timeout;
}

static int sender(int argc, FAR char *argv[])
{
  usleep(30000);
  return queue(atoi(argv[1]), atoi(argv[2]), 42);
}

/* The signal comes when main waits. */

static int later(int signo)
{
  char pid[16];
  char number[8];
  FAR char *argv[] = { pid, number, NULL };
  snprintf(pid, sizeof(pid), "%d", getpid());
  snprintf(number, sizeof(number), "%d", signo);
  return task_create("sender", 100, 2048, sender, argv) > 0;
}
`,
    [
      ['kill(0, SIGUSR1)', 'ENOSYS'],
      ['kill(-1, SIGUSR1)', 'ENOSYS'],
      ['kill(getpid(), 64)', 'EINVAL'],
      ['kill(12345, SIGUSR1)', 'ESRCH'],
      ['kill(getpid(), 0)', 0],
      ['killpg(0, SIGUSR1)', 'EINVAL'],
      ['killpg(12345, SIGUSR1)', 'ESRCH'],
      ['killpg(getpid(), 0)', 0],
      ['queue(getpid(), 64, 1)', 'EINVAL'],
      ['sigqueue(12345, SIGUSR1, (union sigval){ 1 })', 'ESRCH'],
      ['sigqueue(getpid(), NSIG, (union sigval){ 1 })', 'EINVAL'],
      ['tgkill(getpid(), 12345, SIGUSR1)', 'ESRCH'],
      ['tgkill(getpid(), getpid(), 64)', 'EINVAL'],
      ['tgkill(getpid(), getpid(), 0)', 0],
      ['pthread_kill(12345, SIGUSR1)', 3],
      ['pthread_kill(pthread_self(), 64)', 22],

      // All reach the handler.
      ['catch(SIGUSR2, 0, 0)', 0],
      ['kill(getpid(), SIGUSR2)', 0],
      ['killpg(getpid(), SIGUSR2)', 0],
      ['tgkill(getpid(), getpid(), SIGUSR2)', 0],
      ['pthread_kill(pthread_self(), SIGUSR2)', 0],
      ['queue(getpid(), SIGUSR2, 5)', 0],
      ['g_count * 10 + g_value', 55],

      // sigtimedwait and its kin take what is pending, the lowest first.
      ['sigprocmask(SIG_BLOCK, set(SIGUSR1), NULL)', 0],
      ['queue(getpid(), SIGUSR1, 1)', 0],
      ['queue(getpid(), SIGUSR1, 2)', 0],
      ['sigwaitinfo(&g_set, &g_info)', 10],
      ['g_info.si_signo * 100 + g_info.si_code * 10 + g_info.si_value.sival_int', 1012],
      ['g_info.si_pid == getpid()', 1],
      ['sigtimedwait(&g_set, &g_info, timeout(0))', 'EAGAIN'],
      ['sigtimedwait(&g_set, NULL, timeout(20))', 'EAGAIN'],
      ['sigtimedwait(&g_set, NULL, timeout(-1))', 'EINVAL'],
      ['sigtimedwait(NULL, NULL, timeout(0))', 'EINVAL'],
      ['sigwaitinfo(NULL, NULL)', 'EINVAL'],
      ['sigwait(NULL, &g_got)', 22],
      ['sigwait(&g_set, NULL)', 22],
      ['raise(SIGUSR1)', 0],
      ['sigwait(&g_set, &g_got)', 0],
      ['g_got', 10],

      // They wait for it, and another signal that nothing blocks ends the wait.
      ['later(SIGUSR1)', 1],
      ['sigwaitinfo(&g_set, &g_info)', 10],
      ['g_info.si_value.sival_int', 42],
      ['later(SIGUSR1)', 1],
      ['sigwait(&g_set, &g_got)', 0],
      ['later(SIGUSR1)', 1],
      ['sigtimedwait(&g_set, NULL, timeout(500))', 10],
      ['later(SIGUSR2)', 1],
      ['sigtimedwait(&g_set, NULL, timeout(500))', 'EINTR'],
      ['later(SIGURG)', 1],
      ['sigwaitinfo(&g_set, NULL)', 'EINTR'],
      ['later(SIGUSR2)', 1],
      ['sigwait(&g_set, &g_got)', 4],
      ['later(SIGUSR2)', 1],
      ['pause()', 'EINTR'],

      // sigsuspend and sigpause let a signal through for the time that they wait; pending ones end them at once.
      ['catch(SIGUSR1, 0, 0)', 0],
      ['later(SIGUSR1)', 1],
      ['(g_count = 0, sigsuspend(set(0)))', 'EINTR'],
      ['g_count', 1],
      ['(raise(SIGUSR1), sigsuspend(set(0)))', 'EINTR'],
      ['g_count', 2],
      ['later(SIGUSR1)', 1],
      ['sigpause(SIGUSR1)', 'EINTR'],
      ['(raise(SIGUSR1), sigpause(SIGUSR1))', 'EINTR'],
      ['g_count', 4],
      ['(sigprocmask(SIG_BLOCK, NULL, &g_old), sigismember(&g_old, SIGUSR1))', 1],
      ['sigsuspend(NULL)', 'EINVAL'],
      ['sigpause(64)', 'EINVAL'],

      // alarm
      ['catch(SIGALRM, 0, 0)', 0],
      ['alarm(3)', 0],
      ['alarm(1)', 3],
      ['pause()', 'EINTR'],
      ['g_signo', 14],
      ['alarm(5)', 0],
      ['alarm(0)', 5],
      ['alarm(0)', 0],
    ],
  ));
