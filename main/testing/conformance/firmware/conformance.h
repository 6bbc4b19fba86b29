/* Scenarios of which the order of events is known: what a real NuttX does,
 * in words, is in conformance.test.ts beside this folder.
 */

#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <nuttx/config.h>
#include <nuttx/clock.h>

#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keeps a line; they are printed when the scenario is over, since the
 * console would take its own time.
 */

void note(FAR const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A SCHED_FIFO or SCHED_RR task of a function that knows its name. */

pid_t start(FAR const char *name, int priority, int policy, main_t function);

void set_priority(pid_t pid, int priority);

/* Lets everything below run out: main waits for a while. */

void settle(void);

/* In the order in which they are run. */

#define SCENARIOS \
  SCENARIO(fifo) \
  SCENARIO(round_robin) \
  SCENARIO(preemption) \
  SCENARIO(locking) \
  SCENARIO(semaphores)

#define SCENARIO(name) void name(void);
SCENARIOS
#undef SCENARIO

#endif /* CONFORMANCE_H */
