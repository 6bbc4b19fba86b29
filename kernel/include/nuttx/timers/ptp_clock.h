#ifndef __INCLUDE_NUTTX_TIMERS_PTP_CLOCK_H
#define __INCLUDE_NUTTX_TIMERS_PTP_CLOCK_H

#include <nuttx/config.h>
#include <nuttx/clock.h>
#include <nuttx/fs/ioctl.h>
#include <stdint.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <time.h>

/* The first three take a struct timespec, PTP_CLOCK_ADJTIME a struct timex. Those that end with a 2 are the same. */

#define PTP_CLOCK_SETTIME        _PTPIOC(0x0001)
#define PTP_CLOCK_GETTIME        _PTPIOC(0x0002)
#define PTP_CLOCK_GETRES         _PTPIOC(0x0003)
#define PTP_CLOCK_ADJTIME        _PTPIOC(0x0004)
#define PTP_CLOCK_GETCAPS        _PTPIOC(0x0005)
#define PTP_SYS_OFFSET           _PTPIOC(0x0006)
#define PTP_SYS_OFFSET_PRECISE   _PTPIOC(0x0007)
#define PTP_SYS_OFFSET_EXTENDED  _PTPIOC(0x0008)
#define PTP_CLOCK_GETCAPS2       _PTPIOC(0x0009)
#define PTP_SYS_OFFSET2          _PTPIOC(0x000a)
#define PTP_SYS_OFFSET_PRECISE2  _PTPIOC(0x000b)
#define PTP_SYS_OFFSET_EXTENDED2 _PTPIOC(0x000c)
#define PTP_CLOCK_SETSTATS       _PTPIOC(0x000d)
#define PTP_CLOCK_GETSTATS       _PTPIOC(0x000e)

#define PTP_MAX_SAMPLES          25
#define PTP_STATS_NUM            10

struct ptp_clock_time
{
  int64_t  sec;
  uint32_t nsec;
  uint32_t reserved;
};

/* max_adj: the farthest that the frequency can be set off, in parts per billion. */

struct ptp_clock_caps
{
  int max_adj;
  int cross_timestamping;
  int adjust_phase;
};

/* n_samples times the system's time and the clock's, and at the end the system's. */

struct ptp_sys_offset
{
  unsigned int          n_samples;
  unsigned int          rsv[3];
  struct ptp_clock_time ts[2 * PTP_MAX_SAMPLES + 1];
};

/* The system's time before, the clock's, the system's after that. */

struct ptp_sys_offset_extended
{
  unsigned int          n_samples;
  unsigned int          rsv[3];
  struct ptp_clock_time ts[PTP_MAX_SAMPLES][3];
};

/* All at the same moment. */

struct ptp_sys_offset_precise
{
  struct ptp_clock_time device;
  struct ptp_clock_time sys_realtime;
  struct ptp_clock_time sys_monoraw;
  unsigned int          rsv[4];
};

/* What a daemon has to say of itself; the driver keeps it. */

struct ptp_statistics_s
{
  struct timespec origin_time[PTP_STATS_NUM];
  struct timespec correction_time[PTP_STATS_NUM];
  int64_t         delta_ns[PTP_STATS_NUM];
  int64_t         adjustment_ns[PTP_STATS_NUM];
  int32_t         drift_ppb[PTP_STATS_NUM];
  int32_t         follow_up_error;
  int32_t         sync_error;
  int32_t         announce;
  int32_t         sync;
  int32_t         follow_up;
  int32_t         delay_resp;
  int32_t         delay_req;
  int32_t         unknown;
};

#endif
