#ifndef __INCLUDE_TIME_H
#define __INCLUDE_TIME_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <__struct_timespec.h>
#include <__struct_tm.h>

#define __NEED_locale_t
#include <bits/alltypes.h>

#define CLOCKS_PER_SEC           (1000000 / CONFIG_USEC_PER_TICK)
#define CLK_TCK                  CLOCKS_PER_SEC

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_BOOTTIME           4

#define TIMER_ABSTIME            1

struct itimerspec
{
  struct timespec it_value;
  struct timespec it_interval;
};

struct sigevent;

clock_t clock(void);
time_t time(time_t *tloc);
int clock_settime(clockid_t clockid, const struct timespec *tp);
int clock_gettime(clockid_t clockid, struct timespec *tp);
int clock_getres(clockid_t clockid, struct timespec *res);
int clock_nanosleep(clockid_t clockid, int flags, const struct timespec *rqtp, struct timespec *rmtp);
int clock_getcpuclockid(pid_t pid, clockid_t *clockid);
int nanosleep(const struct timespec *rqtp, struct timespec *rmtp);

#ifndef CONFIG_DISABLE_POSIX_TIMERS
int timer_create(clockid_t clockid, struct sigevent *evp, timer_t *timerid);
int timer_delete(timer_t timerid);
int timer_settime(timer_t timerid, int flags, const struct itimerspec *value, struct itimerspec *ovalue);
int timer_gettime(timer_t timerid, struct itimerspec *value);
int timer_getoverrun(timer_t timerid);
#endif

_LIBC time_t mktime(struct tm *tp);
_LIBC time_t timegm(struct tm *tp);
_LIBC char *asctime(const struct tm *tp);
_LIBC char *asctime_r(const struct tm *tp, char *buf);
_LIBC char *ctime(const time_t *timep);
_LIBC char *ctime_r(const time_t *timep, char *buf);
_LIBC struct tm *gmtime(const time_t *timep);
_LIBC struct tm *gmtime_r(const time_t *timep, struct tm *result);
_LIBC struct tm *localtime(const time_t *timep);
_LIBC struct tm *localtime_r(const time_t *timep, struct tm *result);
_LIBC size_t strftime(char *s, size_t max, const char *format, const struct tm *tp);
_LIBC char *strptime(const char *s, const char *format, struct tm *tp);
_LIBC double difftime(time_t time1, time_t time0);

#endif
