#ifndef __INCLUDE_NUTTX_CLOCK_H
#define __INCLUDE_NUTTX_CLOCK_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define NSEC_PER_SEC    1000000000L
#define USEC_PER_SEC    1000000L
#define MSEC_PER_SEC    1000L
#define DSEC_PER_SEC    10L
#define NSEC_PER_DSEC   100000000L
#define USEC_PER_DSEC   100000L
#define MSEC_PER_DSEC   100L
#define NSEC_PER_MSEC   1000000L
#define USEC_PER_MSEC   1000L
#define NSEC_PER_USEC   1000L
#define SEC_PER_MIN     60L
#define SEC_PER_HOUR    3600L
#define SEC_PER_DAY     86400L

#define USEC_PER_TICK   CONFIG_USEC_PER_TICK
#define NSEC_PER_TICK   (USEC_PER_TICK * NSEC_PER_USEC)
#define MSEC_PER_TICK   (USEC_PER_TICK / USEC_PER_MSEC)
#define TICK_PER_SEC    (USEC_PER_SEC / USEC_PER_TICK)
#define TICK_PER_MSEC   (USEC_PER_MSEC / USEC_PER_TICK)

/* To ticks: rounded up, as a delay must last at least as long as asked. */

#define NSEC2TICK(n)    (((n) + (NSEC_PER_TICK - 1)) / NSEC_PER_TICK)
#define USEC2TICK(u)    (((u) + (USEC_PER_TICK - 1)) / USEC_PER_TICK)
#define MSEC2TICK(m)    USEC2TICK((m) * USEC_PER_MSEC)
#define DSEC2TICK(d)    USEC2TICK((d) * USEC_PER_DSEC)
#define SEC2TICK(s)     ((s) * TICK_PER_SEC)

#define TICK2NSEC(t)    ((t) * NSEC_PER_TICK)
#define TICK2USEC(t)    ((t) * USEC_PER_TICK)
#define TICK2MSEC(t)    (((t) * USEC_PER_TICK) / USEC_PER_MSEC)
#define TICK2DSEC(t)    (((t) * USEC_PER_TICK) / USEC_PER_DSEC)
#define TICK2SEC(t)     ((t) / TICK_PER_SEC)

/* Clock ids that are made of something else: (fd << CLOCK_SHIFT) | CLOCK_FD is the clock that a descriptor is of. */

#define CLOCK_SHIFT     3
#define CLOCK_MASK      7
#define CLOCK_FD        5

clock_t clock_systime_ticks(void);
int clock_systime_timespec(struct timespec *ts);

#define clock_systimer() clock_systime_ticks()

#endif
