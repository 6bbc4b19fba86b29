/* Runs at the speed that the last order asked for. While it changes the
 * speed no order may come in between, so it blocks the signal.
 */

#include <nuttx/config.h>

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "plant.h"

#define CHANGE_US 25000  /* Computes the new speed of the motor */
#define RUN_US    60000  /* Lets it run */

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
  int speed = 0;

  sigemptyset(&orders);
  sigaddset(&orders, SIG_ORDER);
  sigaction(SIG_ORDER, &action, NULL);
  g_pump = getpid();

  for (; ; )
    {
      sigprocmask(SIG_BLOCK, &orders, NULL);
      if (speed != g_wanted)
        {
          speed = g_wanted;
          compute(CHANGE_US);
          printf("pump: %d%%\n", speed);
        }

      sigprocmask(SIG_UNBLOCK, &orders, NULL);

      /* An order ends this early. */

      usleep(RUN_US);
    }
}
