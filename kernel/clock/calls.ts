/** Clocks, timers, watchdogs and sleeping (manual 2.6). */
import { entry, positive, resumedBy, returned, waitsCancellably } from '../call';
import * as adjust from './adjtime';
import * as clock from './clock';
import * as itimer from './itimer';
import * as sleeping from './sleep';
import * as timeofday from './timeofday';
import * as timer from './timer';
import * as wdog from './wdog';

export const clockCalls = [
  entry('2.6.1', 'int clock_settime(clockid_t clock_id, const struct timespec *tp)', clock.clock_settime),
  entry('2.6.2', 'int clock_gettime(clockid_t clock_id, struct timespec *tp)', clock.clock_gettime),
  entry('2.6.3', 'int clock_getres(clockid_t clock_id, struct timespec *res)', clock.clock_getres),
  entry('', 'int clock_adjtime(clockid_t clock_id, struct timex *buf)', clock.clock_adjtime),
  entry('', 'int clock_getcpuclockid(pid_t pid, clockid_t *clock_id)', clock.clock_getcpuclockid),
  entry('', 'clock_t clock(void)', clock.clock_systime_ticks, returned),
  entry('', 'clock_t clock_systime_ticks(void)', clock.clock_systime_ticks, returned),
  entry('', 'int clock_systime_timespec(struct timespec *ts)', clock.clock_systime_timespec, returned),
  entry('', 'time_t time(time_t *tloc)', timeofday.time, returned),
  entry('2.6.18', 'int gettimeofday(struct timeval *tp, void *tzp)', timeofday.gettimeofday),
  entry('', 'int settimeofday(const struct timeval *tv, const struct timezone *tz)', timeofday.settimeofday),
  entry('', 'int adjtime(const struct timeval *delta, struct timeval *olddelta)', adjust.adjtime),
  entry('2.10.4', 'int usleep(useconds_t usec)', sleeping.usleep, resumedBy(sleeping.resumeUsleep), waitsCancellably),
  entry(
    '2.10.4',
    'unsigned int sleep(unsigned int seconds)',
    sleeping.sleep,
    returned,
    resumedBy(sleeping.resumeSleep),
    waitsCancellably,
  ),
  entry(
    '',
    'int nanosleep(const struct timespec *rqtp, struct timespec *rmtp)',
    sleeping.nanosleep,
    resumedBy(sleeping.resumeNanosleep),
    waitsCancellably,
  ),
  entry(
    '',
    'int clock_nanosleep(clockid_t clock_id, int flags, const struct timespec *rqtp, struct timespec *rmtp)',
    sleeping.clock_nanosleep,
    positive,
    resumedBy(sleeping.resumeClockNanosleep),
    waitsCancellably,
  ),
  entry('2.6.13', 'int timer_create(clockid_t clockid, struct sigevent *evp, timer_t *timerid)', timer.timer_create),
  entry('2.6.14', 'int timer_delete(timer_t timerid)', timer.timer_delete),
  entry(
    '2.6.15',
    'int timer_settime(timer_t timerid, int flags, const struct itimerspec *value, struct itimerspec *ovalue)',
    timer.timer_settime,
  ),
  entry('2.6.16', 'int timer_gettime(timer_t timerid, struct itimerspec *value)', timer.timer_gettime),
  entry('2.6.17', 'int timer_getoverrun(timer_t timerid)', timer.timer_getoverrun),
  entry('', 'int setitimer(int which, const struct itimerval *value, struct itimerval *old)', itimer.setitimer),
  entry('', 'unsigned int alarm(unsigned int seconds)', itimer.alarm, returned),
  entry('', 'int getitimer(int which, struct itimerval *value)', itimer.getitimer),
  entry('', 'struct wdog_s *wd_create(void)', wdog.wd_create, returned),
  entry('', 'void wd_init(struct wdog_s *wdog)', wdog.wd_init, returned),
  entry('', 'int wd_delete(struct wdog_s *wdog)', wdog.wd_delete, returned),
  entry(
    '',
    'int wd_start(struct wdog_s *wdog, sclock_t delay, wdentry_t entry, wdparm_t arg)',
    wdog.wd_start,
    returned,
  ),
  entry('', 'int wd_cancel(struct wdog_s *wdog)', wdog.wd_cancel, returned),
  entry('', 'sclock_t wd_gettime(struct wdog_s *wdog)', wdog.wd_gettime, returned),
] as const;
