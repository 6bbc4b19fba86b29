#ifndef __INCLUDE_NETUTILS_PTPD_H
#define __INCLUDE_NETUTILS_PTPD_H

#include <nuttx/config.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What a PTP daemon says of itself. */

struct ptpd_status_s
{
  bool clock_source_valid; /* It follows a clock, and hears of it */

  /* The clock that it follows, or itself: as its Announces have it */

  struct
  {
    uint8_t id[8];        /* Clock identity of the sender */
    int     utcoffset;    /* Seconds that TAI is ahead of UTC */
    int     priority1;
    int     clockclass;
    int     accuracy;
    int     variance;
    int     priority2;
    uint8_t gm_id[8];     /* Clock identity of the grandmaster */
    int     stepsremoved; /* Clocks from the grandmaster to this one */
    int     timesource;
  } clock_source_info;

  struct timespec last_clock_update; /* When the clock was set last, by CLOCK_REALTIME */
  int64_t         last_delta_ns;     /* How far the master was ahead */
  int64_t         last_adjtime_ns;   /* By how much the clock was moved then */
  long            drift_ppb;         /* How much faster than by itself the clock is made */
  long            path_delay_ns;

  /* Of the last messages, by CLOCK_MONOTONIC; zero: there was none */

  struct timespec last_received_multicast;
  struct timespec last_received_announce;
  struct timespec last_received_sync;
  struct timespec last_transmitted_sync;
  struct timespec last_transmitted_announce;
  struct timespec last_transmitted_delayresp;
  struct timespec last_transmitted_delayreq;
};

/* Starts a daemon with a port on an interface, and all else as configured: its pid, or a negated errno. */

_LIBC int ptpd_start(const char *interface);

/* What a daemon says of itself: 0, or a negated errno: ESRCH, there is no such task; ETIMEDOUT, it does not answer. */

_LIBC int ptpd_status(int pid, struct ptpd_status_s *status);

/* Ends a daemon: 0, or a negated errno. */

_LIBC int ptpd_stop(int pid);

#endif
