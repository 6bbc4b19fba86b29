/* Gives the pump an order now and then: SIGUSR1, with the speed as its
 * value. Now the pump waits for it and the handler runs at once, now it is
 * busy and the order is pending: the Signals pane shows which, and how
 * long each order took.
 */

#include <nuttx/config.h>

#include <unistd.h>

#include "plant.h"

#define PAUSE_US 20000

int operator_main(int argc, FAR char *argv[])
{
  for (int order = 1; ; order++)
    {
      union sigval speed;

      usleep(order % 2 != 0 ? 3 * PAUSE_US : PAUSE_US);

      speed.sival_int = order * 10 % 110;
      sigqueue(g_pump, SIG_ORDER, speed);
    }
}
