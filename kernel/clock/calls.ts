/** Clocks, timers, watchdogs and sleeping (manual 2.6). */
import { entry, positive, resumedBy, returned, waitsCancellably } from '../call';
import * as adjust from './adjtime';
import * as clock from './clock';
import * as sleeping from './sleep';
import * as timeofday from './timeofday';

export const clockCalls = [
  entry('2.6.1', 'int clock_settime(clockid_t clock_id, const struct timespec *tp)', clock.clock_settime),
  entry('2.6.2', 'int clock_gettime(clockid_t clock_id, struct timespec *tp)', clock.clock_gettime),
  entry('2.6.3', 'int clock_getres(clockid_t clock_id, struct timespec *res)', clock.clock_getres),
  entry('', 'int clock_getcpuclockid(pid_t pid, clockid_t *clock_id)', clock.clock_getcpuclockid),
  entry('', 'clock_t clock(void)', clock.clock_systime_ticks, returned),
  entry('', 'clock_t clock_systime_ticks(void)', clock.clock_systime_ticks, returned),
  entry('', 'int clock_systime_timespec(struct timespec *ts)', clock.clock_systime_timespec, returned),
  entry('', 'time_t time(time_t *tloc)', timeofday.time, returned),
  entry('2.6.18', 'int gettimeofday(struct timeval *tp, void *tzp)', timeofday.gettimeofday),
  entry('', 'int settimeofday(const struct timeval *tv, const struct timezone *tz)', timeofday.settimeofday),
  entry('', 'int adjtime(const struct timeval *delta, struct timeval *olddelta)', adjust.adjtime),
  entry('', 'int usleep(useconds_t usec)', sleeping.usleep, resumedBy(sleeping.resumeUsleep), waitsCancellably),
  entry(
    '',
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
] as const;
