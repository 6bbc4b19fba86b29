/* Runs at the speed that the last order asked for. An order that comes
 * while the speed changes has to wait: the signal is blocked but in
 * sigsuspend.
 */

#include <nuttx/config.h>

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "plant.h"

#define CHANGE_US 45000

volatile pid_t g_pump;

static volatile sig_atomic_t g_wanted;

/* Runs on the pump's own stack, above whatever the pump was in. */

static void on_order(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_wanted = info->si_value.sival_int;
}

int pump_main(int argc, FAR char *argv[])
{
  struct sigaction action =
  {
    .sa_sigaction = on_order,
    .sa_flags = SA_SIGINFO
  };

  sigset_t orders;
  sigset_t open;
  int speed = 0;

  sigemptyset(&orders);
  sigaddset(&orders, SIG_ORDER);
  sigaction(SIG_ORDER, &action, NULL);
  sigprocmask(SIG_BLOCK, &orders, &open);
  g_pump = getpid();

  for (; ; )
    {
      while (g_wanted == speed)
        {
          sigsuspend(&open);
        }

      speed = g_wanted;
      compute(CHANGE_US);
      printf("pump: %d%%\n", speed);
    }
}
