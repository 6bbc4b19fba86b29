/* A pumping plant: what its tasks share. */

#ifndef PLANT_H
#define PLANT_H

#include <nuttx/config.h>

#include <signal.h>
#include <sys/types.h>

/* The operator's order to the pump; its value is the speed in percent. */

#define SIG_ORDER SIGUSR1

/* The timer's signal to the tank: it is time to look at the level. */

#define SIG_GAUGE SIGRTMIN

/* Who gets the orders; 0 until the pump can take them. */

extern volatile pid_t g_pump;

/* Keeps the CPU busy for about a number of microseconds at 100 MHz, not
 * counting those in which another task has it.
 */

static inline void compute(int us)
{
  for (volatile int i = 0; i < us * 11; i++)
    {
    }
}

#endif /* PLANT_H */
