/** Clocks, timers and sleeping (manual 2.6). */
import { entry, returned, waitsCancellably } from '../call';
import * as clock from './clock';
import * as sleeping from './sleep';

export const clockCalls = [
  entry('2.6.1', 'int clock_settime(clockid_t clock_id, const struct timespec *tp)', clock.clock_settime),
  entry('2.6.2', 'int clock_gettime(clockid_t clock_id, struct timespec *tp)', clock.clock_gettime),
  entry('2.6.3', 'int clock_getres(clockid_t clock_id, struct timespec *res)', clock.clock_getres),
  entry('', 'clock_t clock_systime_ticks(void)', clock.clock_systime_ticks, returned),
  entry('', 'int usleep(useconds_t usec)', sleeping.usleep, waitsCancellably),
  entry('', 'unsigned int sleep(unsigned int seconds)', sleeping.sleep, returned, waitsCancellably),
  entry('', 'int nanosleep(const struct timespec *rqtp, struct timespec *rmtp)', sleeping.nanosleep, waitsCancellably),
] as const;
