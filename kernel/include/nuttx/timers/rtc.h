#ifndef __INCLUDE_NUTTX_TIMERS_RTC_H
#define __INCLUDE_NUTTX_TIMERS_RTC_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/fs/ioctl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define RTC_RD_TIME         _RTCIOC(0x0001)
#define RTC_SET_TIME        _RTCIOC(0x0002)
#define RTC_HAVE_SET_TIME   _RTCIOC(0x0003)
#define RTC_SET_ALARM       _RTCIOC(0x0004)
#define RTC_SET_RELATIVE    _RTCIOC(0x0005)
#define RTC_CANCEL_ALARM    _RTCIOC(0x0006)
#define RTC_RD_ALARM        _RTCIOC(0x0007)
#define RTC_SET_PERIODIC    _RTCIOC(0x0008)
#define RTC_CANCEL_PERIODIC _RTCIOC(0x0009)

/* The same as struct tm, to which it can be cast. */

struct rtc_time
{
  int             tm_sec;
  int             tm_min;
  int             tm_hour;
  int             tm_mday;
  int             tm_mon;
  int             tm_year;
  int             tm_wday;
  int             tm_yday;
  int             tm_isdst;
  int             tm_gmtoff;
  FAR const char *tm_zone;
  int             tm_nsec;
};

/* The task pid (0 for the caller) is notified at a time, after so many seconds, or again and again. */

struct rtc_setalarm_s
{
  uint8_t         id;
  pid_t           pid;
  struct sigevent event;
  struct rtc_time time;
};

struct rtc_setrelative_s
{
  uint8_t         id;
  pid_t           pid;
  struct sigevent event;
  time_t          reltime;
};

struct rtc_setperiodic_s
{
  uint8_t         id;
  pid_t           pid;
  struct sigevent event;
  struct timespec period;
};

struct rtc_rdalarm_s
{
  uint8_t         id;
  bool            active;
  struct rtc_time time;
};

#endif
