/* Names of signals, as NuttX has them: some by name, the others by number. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define NAMES(NAME) \
  NAME(SIGUSR1) NAME(SIGUSR2) NAME(SIGALRM) NAME(SIGCHLD) NAME(SIGPOLL) NAME(SIGSTOP) \
  NAME(SIGTSTP) NAME(SIGCONT) NAME(SIGKILL) NAME(SIGINT) NAME(SIGQUIT) NAME(SIGTERM)

char *strsignal(int signum)
{
  static char number[] = "Signal 00";

  if (!GOOD_SIGNO(signum))
    {
      return (char *)"Invalid Signal";
    }

  switch (signum)
    {
#define NAME(name) case name: return (char *)#name;
      NAMES(NAME)
    }

  snprintf(number + 7, 3, "%d", signum);
  return number;
}

void psignal(int signum, const char *message)
{
  fprintf(stderr, "%s%s%s\n", message ? message : "", message ? ": " : "", strsignal(signum));
}

void psiginfo(const siginfo_t *pinfo, const char *message)
{
  if (pinfo)
    {
      psignal(pinfo->si_signo, message);
    }
  else
    {
      errno = EINVAL;
    }
}
