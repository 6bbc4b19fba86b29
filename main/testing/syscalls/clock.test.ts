import { test } from 'vitest';
import { expectCalls } from '../calls';

const setup = `static struct timespec g_ts;
static struct timespec g_before;
static clock_t g_start;

static FAR struct timespec *at(time_t sec, long nsec)
{
  g_ts.tv_sec = sec;
  g_ts.tv_nsec = nsec;
  return &g_ts;
}

/* To the beginning of a tick. */

static int align(void)
{
  usleep(1);
  g_start = clock_systime_ticks();
  return 0;
}

static int ticks(void)
{
  return clock_systime_ticks() - g_start;
}

static int milliseconds(clockid_t clock)
{
  clock_gettime(clock, &g_ts);
  return (int)((g_ts.tv_sec - g_before.tv_sec) * 1000 + (g_ts.tv_nsec - g_before.tv_nsec) / 1000000);
}
`;

test('clocks', () =>
  expectCalls(setup, [
    ['clock_gettime(CLOCK_MONOTONIC, &g_ts)', 0],
    ['g_ts.tv_sec', 0],
    ['clock_gettime(CLOCK_REALTIME, &g_ts)', 0],
    // The first of January 2016, CONFIG_START_YEAR's default.
    ['g_ts.tv_sec', 1_451_606_400],
    ['clock_gettime(99, &g_ts)', 'EINVAL'],
    ['clock_gettime(CLOCK_REALTIME, NULL)', 'EINVAL'],
    ['clock_getres(CLOCK_REALTIME, &g_ts)', 0],
    ['g_ts.tv_nsec', 10_000_000],
    ['clock_getres(99, &g_ts)', 'EINVAL'],
    ['clock_getres(CLOCK_REALTIME, NULL)', 'EINVAL'],
    ['clock_settime(CLOCK_MONOTONIC, at(5, 0))', 'EINVAL'],
    ['clock_settime(CLOCK_REALTIME, NULL)', 'EINVAL'],
    ['clock_settime(CLOCK_REALTIME, at(5, 1000000000))', 'EINVAL'],
    // To the nanosecond: a system call is 100 cycles of 10 ns, and few instructions are between the two.
    ['(clock_settime(CLOCK_REALTIME, at(2000000000, 999999999)), clock_gettime(CLOCK_REALTIME, &g_before))', 0],
    ['(int)(g_before.tv_sec - 2000000000)', 1],
    ['g_before.tv_nsec < 2000', 1],
    ['usleep(70000)', 0],
    ['milliseconds(CLOCK_REALTIME)', 79],
    ['clock_gettime(CLOCK_MONOTONIC, &g_ts)', 0],
    ['g_ts.tv_sec', 0],
  ]));

test('sleeping takes whole ticks, and one more', () =>
  expectCalls(setup, [
    ['usleep(0)', 0],
    ['align()', 0],
    ['(usleep(1), ticks())', 2],
    ['(align(), usleep(10000), ticks())', 2],
    ['(align(), usleep(10001), ticks())', 3],
    ['(align(), usleep(100000), ticks())', 11],
    ['(align(), sleep(1), ticks())', 101],
    ['sleep(0)', 0],
    ['(align(), nanosleep(at(0, 20000000), NULL), ticks())', 3],
    ['(align(), nanosleep(at(1, 1), &g_before), ticks())', 102],
    ['(int)(g_before.tv_sec + g_before.tv_nsec)', 0],
    ['nanosleep(at(0, 0), NULL)', 0],
    ['nanosleep(at(0, 1000000000), NULL)', 'EINVAL'],
    ['nanosleep(at(0, -1), NULL)', 'EINVAL'],
    ['nanosleep(at(-1, 0), NULL)', 'EINVAL'],
    ['nanosleep(NULL, NULL)', 'EINVAL'],
  ]));

test('limits are points in time: they do not get the one tick more', () =>
  expectCalls(`${setup}static sem_t g_sem = SEM_INITIALIZER(0);\n`, [
    ['align()', 0],
    ...[1, 5, 10, 11, 15, 20, 50, 100].flatMap(
      (ms) =>
        [
          [`(align(), sem_timedwait(&g_sem, in_ms(${ms})))`, 'ETIMEDOUT'],
          ['ticks()', Math.floor(ms / 10) + 1],
        ] as const,
    ),
  ]));

test('CPU-time clocks: clock_getcpuclockid, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID', () =>
  expectCalls(
    `${setup}
static clockid_t g_clock;

static int used_ms(clockid_t clock)
{
  clock_gettime(clock, &g_ts);
  return (int)(g_ts.tv_sec * 1000 + g_ts.tv_nsec / 1000000);
}

static int burn(int ms)
{
  clock_gettime(CLOCK_MONOTONIC, &g_before);
  while (milliseconds(CLOCK_MONOTONIC) < ms)
    {
    }

  return 0;
}

static int busy(int argc, FAR char *argv[])
{
  burn(30);
  usleep(1000000);
  return 0;
}

static pid_t g_pid;
`,
    [
      ['used_ms(CLOCK_PROCESS_CPUTIME_ID)', 0],
      ['(usleep(100000), used_ms(CLOCK_THREAD_CPUTIME_ID))', 0],
      ['(burn(50), used_ms(CLOCK_PROCESS_CPUTIME_ID))', 50],
      ['used_ms(CLOCK_THREAD_CPUTIME_ID)', 50],
      ['clock_getcpuclockid(0, &g_clock)', 0],
      ['used_ms(g_clock)', 50],
      ['(g_pid = task_create("busy", 120, 2048, busy, NULL)) > 0', 1],
      ['clock_getcpuclockid(g_pid, &g_clock)', 0],
      ['used_ms(g_clock)', 30],
      ['used_ms(CLOCK_PROCESS_CPUTIME_ID)', 50],
      ['clock_getres(g_clock, &g_ts)', 0],
      ['g_ts.tv_nsec', 10],
      ['clock_settime(g_clock, &g_ts)', 'EINVAL'],
      ['(usleep(1100000), clock_gettime(g_clock, &g_ts))', 'EINVAL'],
      ['clock_getcpuclockid(-1, &g_clock)', 'EINVAL'],
      ['clock_getcpuclockid(0, NULL)', 'EINVAL'],
    ],
  ));

test('clock, time, clock_systime_timespec, gettimeofday, settimeofday', () =>
  expectCalls(
    `${setup}
#include <sys/time.h>
static struct timeval g_tv;
static time_t g_now;

static FAR struct timeval *tv(time_t sec, long usec)
{
  g_tv.tv_sec = sec;
  g_tv.tv_usec = usec;
  return &g_tv;
}
`,
    [
      ['sizeof(struct timeval)', 16],
      ['(align(), usleep(50000), (int)clock() - (int)g_start)', 6],
      ['CLOCKS_PER_SEC', 100],
      ['(int)time(NULL)', 1_451_606_400],
      ['(int)(time(&g_now) - g_now)', 0],
      ['clock_systime_timespec(&g_ts)', 0],
      ['g_ts.tv_sec == 0 && g_ts.tv_nsec >= 70000000 && g_ts.tv_nsec < 90000000', 1],
      ['settimeofday(tv(2000000000, 250000), NULL)', 0],
      ['gettimeofday(&g_tv, NULL)', 0],
      ['(int)(g_tv.tv_sec - 2000000000)', 0],
      ['g_tv.tv_usec >= 250000 && g_tv.tv_usec < 251000', 1],
      ['clock_gettime(CLOCK_MONOTONIC, &g_ts)', 0],
      ['g_ts.tv_sec', 0],
      ['settimeofday(tv(5, 1000000), NULL)', 'EINVAL'],
      ['settimeofday(tv(5, -1), NULL)', 'EINVAL'],
      ['settimeofday(tv(-1, 0), NULL)', 'EINVAL'],
      ['settimeofday(NULL, NULL)', 'EINVAL'],
      ['gettimeofday(NULL, NULL)', 'EINVAL'],
    ],
  ));

test('adjtime slews CLOCK_REALTIME, and CLOCK_REALTIME alone', () =>
  expectCalls(
    `${setup}
#include <sys/time.h>
static struct timeval g_delta;
static struct timeval g_old;

static FAR struct timeval *delta(long usec)
{
  g_delta.tv_sec = usec / 1000000;
  g_delta.tv_usec = usec % 1000000;
  return &g_delta;
}

static struct timespec g_mono;

/* Microseconds that CLOCK_REALTIME has gained on CLOCK_MONOTONIC. */

static int gained(void)
{
  static int64_t first;
  struct timespec real;
  clock_gettime(CLOCK_REALTIME, &real);
  clock_gettime(CLOCK_MONOTONIC, &g_mono);
  int64_t ns = (real.tv_sec - g_mono.tv_sec) * 1000000000 + real.tv_nsec - g_mono.tv_nsec;
  if (first == 0) first = ns;
  return (int)((ns - first + 500) / 1000);
}

static int gained_about(int usec)
{
  int got = gained();
  return got > usec - 20 && got < usec + 20 ? usec : got;
}
`,
    [
      ['gained()', 0],
      ['adjtime(delta(9700), NULL)', 0],
      ['gained_about(0)', 0],
      // A hundredth of the time that passes: 9.7 ms over 970 ms.
      ['(usleep(490000), gained_about(5000))', 5000],
      ['adjtime(delta(-1940000), &g_old)', 0],
      ['(int)g_old.tv_sec', 0],
      ['g_old.tv_usec > 4600 && g_old.tv_usec < 4720', 1],
      // No faster than a fiftieth: this takes 97 seconds.
      ['(usleep(990000), gained_about(-15000))', -15_000],
      ['adjtime(delta(0), &g_old)', 0],
      ['(int)(g_old.tv_sec * 1000 + g_old.tv_usec / 1000)', -1919],
      ['(usleep(990000), gained_about(-15000))', -15_000],
      ['adjtime(delta(9700), NULL)', 0],
      ['(usleep(3000000), gained_about(-5300))', -5300],
      ['adjtime(delta(500000), NULL)', 0],
      // To set the clock ends it.
      ['(clock_gettime(CLOCK_REALTIME, &g_ts), clock_settime(CLOCK_REALTIME, &g_ts))', 0],
      ['(usleep(990000), gained_about(-5300))', -5300],
      ['adjtime(NULL, &g_old)', 'EINVAL'],
    ],
  ));

test('clock_adjtime disciplines CLOCK_REALTIME', () =>
  expectCalls(
    `${setup}
#include <sys/timex.h>
static struct timex g_tx;
static struct timespec g_mono;
static int64_t g_first;

static int adjust(unsigned int modes, long freq, time_t sec, long sub)
{
  memset(&g_tx, 0, sizeof(g_tx));
  g_tx.modes = modes;
  g_tx.freq = freq;
  g_tx.offset = sub;
  g_tx.time.tv_sec = sec;
  g_tx.time.tv_usec = sub;
  return clock_adjtime(CLOCK_REALTIME, &g_tx);
}

/* Nanoseconds that it has gained on CLOCK_MONOTONIC; two microseconds are between the calls. */

static int gained(void)
{
  struct timespec real;
  clock_gettime(CLOCK_REALTIME, &real);
  clock_gettime(CLOCK_MONOTONIC, &g_mono);
  int64_t ns = (real.tv_sec - g_mono.tv_sec) * 1000000000 + real.tv_nsec - g_mono.tv_nsec;
  int64_t since = ns - g_first;
  g_first = ns;
  return (int)since;
}

static int about(int ns)
{
  int got = gained();
  return got > ns - 100 && got < ns + 100 ? ns : got;
}
`,
    [
      ['gained() != 0', 1],
      ['about(0)', 0],
      ['adjust(ADJ_SETOFFSET, 0, 1, 500000)', 0],
      ['about(1500000000)', 1_500_000_000],
      ['adjust(ADJ_SETOFFSET | ADJ_NANO, 0, -2, 499999000)', 0],
      ['about(-1500001000)', -1_500_001_000],
      ['adjust(ADJ_SETOFFSET | ADJ_NANO, 0, 0, 1000000000)', 'EINVAL'],
      ['adjust(ADJ_SETOFFSET, 0, 0, -1)', 'EINVAL'],
      // 100 millionths of a second and a tick; then half a billionth slower, which is kept, too.
      ['adjust(ADJ_FREQUENCY, 100 * 65536, 0, 0)', 0],
      ['gained() < 1000', 1],
      ['(align(), gained(), usleep(990000), about(100000))', 100_000],
      ['adjust(0, 0, 0, 0)', 0],
      ['g_tx.freq == 100 * 65536', 1],
      ['adjust(ADJ_FREQUENCY, -500 * 65536, 0, 0)', 0],
      ['(align(), gained(), usleep(990000), about(-500000))', -500_000],
      ['adjust(ADJ_FREQUENCY, -500 * 65536 - 1, 0, 0)', 'ERANGE'],
      ['adjust(ADJ_FREQUENCY, 500 * 65536 + 1, 0, 0)', 'ERANGE'],
      // To set the clock does not change its frequency.
      ['clock_gettime(CLOCK_REALTIME, &g_ts) < 0 || clock_settime(CLOCK_REALTIME, &g_ts) < 0', 0],
      ['(align(), gained(), usleep(990000), about(-500000))', -500_000],
      ['adjust(ADJ_FREQUENCY, 0, 0, 0)', 0],
      ['(align(), gained(), usleep(990000), about(0))', 0],
      // As adjtime: a hundredth of the time that passes.
      ['adjust(ADJ_OFFSET | ADJ_NANO, 0, 0, 9700)', 0],
      ['about(0)', 0],
      ['(usleep(990000), about(9700))', 9700],
      ['(usleep(990000), about(0))', 0],
      ['adjust(ADJ_STATUS, 0, 0, 0)', 'ENOTSUP'],
      ['clock_adjtime(CLOCK_REALTIME, NULL)', 'EINVAL'],
      ['clock_adjtime(CLOCK_MONOTONIC, &g_tx)', 'EINVAL'],
    ],
  ));

test('clock_nanosleep, for a time and until a time', () =>
  expectCalls(
    `${setup}
static FAR struct timespec *after(clockid_t clock, int ms)
{
  clock_gettime(clock, &g_ts);
  int64_t ns = g_ts.tv_nsec + ms * 1000000LL;
  g_ts.tv_sec += ns / 1000000000;
  g_ts.tv_nsec = ns % 1000000000;
  return &g_ts;
}
`,
    [
      ['(align(), clock_nanosleep(CLOCK_REALTIME, 0, at(0, 20000000), NULL), ticks())', 3],
      ['(align(), clock_nanosleep(CLOCK_MONOTONIC, 0, at(1, 0), NULL), ticks())', 101],
      ['(align(), clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, after(CLOCK_MONOTONIC, 20), NULL), ticks())', 3],
      ['(align(), clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, after(CLOCK_REALTIME, 25), NULL), ticks())', 3],
      ['(align(), clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, after(CLOCK_BOOTTIME, 1000), NULL), ticks())', 101],
      ['(align(), clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at(0, 1), NULL), ticks())', 0],
      // It returns the errno.
      ['clock_nanosleep(CLOCK_MONOTONIC, 0, at(0, 1000000000), NULL)', 22],
      ['clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at(0, 1000000000), NULL)', 22],
      ['clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, NULL, NULL)', 22],
      ['clock_nanosleep(CLOCK_MONOTONIC, 0, NULL, NULL)', 22],
      ['clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, at(0, 1), NULL)', 22],
      ['clock_nanosleep(99, 0, at(0, 1), NULL)', 22],
    ],
  ));

const interrupted = `${setup}
#include <signal.h>

static struct timespec g_left;
static pid_t g_self;

static void handler(int signo)
{
}

static int kicker(int argc, FAR char *argv[])
{
  usleep(195000);
  kill(g_self, SIGUSR1);
  return 0;
}

/* A signal comes after 20 ticks and a little; what was left before shows who wrote. */

static int kick(void)
{
  signal(SIGUSR1, handler);
  g_self = getpid();
  g_left.tv_sec = g_left.tv_nsec = 7;
  align();
  task_create("kicker", 110, 2048, kicker, NULL);
  return 0;
}

static int left_ms(void)
{
  return g_left.tv_sec == 7 ? -7 : (int)(g_left.tv_sec * 1000 + g_left.tv_nsec / 1000000);
}
`;

const sleeps = (told: boolean) =>
  [
    ['(kick(), nanosleep(at(1, 0), &g_left))', told ? 'EINTR' : 0],
    ['ticks()', 21],
    ['left_ms()', 800],
    ['(kick(), nanosleep(at(1, 0), NULL))', told ? 'EINTR' : 0],
    ['(kick(), usleep(1000000))', told ? 'EINTR' : 0],
    ['ticks()', 21],
    ['(kick(), sleep(3))', told ? 3 : 0],
    ['ticks()', 21],
    // This one tells always.
    ['(kick(), clock_nanosleep(CLOCK_MONOTONIC, 0, at(1, 0), &g_left))', 4],
    ['left_ms()', 800],
    ['(kick(), clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at(1000, 0), &g_left))', 4],
    ['left_ms()', -7],
    ['(kick(), nanosleep(at(0, 100000000), &g_left))', 0],
    ['left_ms()', -7],
  ] as const;

test('a signal ends nanosleep, usleep, sleep and clock_nanosleep: NuttX', () =>
  expectCalls(interrupted, sleeps(false)));

test('a signal ends nanosleep, usleep, sleep and clock_nanosleep: POSIX', () =>
  expectCalls(interrupted, sleeps(true), { config: { CONFIG_TICKSCOPE_POSIX_NANOSLEEP: true } }));

test('nanosleep, usleep, sleep and clock_nanosleep are cancellation points', () =>
  expectCalls(
    `${setup}
#include <pthread.h>

static FAR void *sleeper(FAR void *arg)
{
  switch ((int)(uintptr_t)arg)
    {
      case 0: nanosleep(at(10, 0), NULL); break;
      case 1: usleep(10000000); break;
      case 2: sleep(10); break;
      case 3: clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, at(100, 0), NULL); break;
    }

  return NULL;
}

/* Whether the thread went while it slept, and in how many ticks. */

static int cancelled(int how)
{
  pthread_t thread;
  FAR void *value;
  pthread_create(&thread, NULL, sleeper, (FAR void *)(uintptr_t)how);
  usleep(10000);
  align();
  pthread_cancel(thread);
  pthread_join(thread, &value);
  return value == PTHREAD_CANCELED ? ticks() : -1;
}
`,
    [
      ['cancelled(0)', 0],
      ['cancelled(1)', 0],
      ['cancelled(2)', 0],
      ['cancelled(3)', 0],
    ],
    { config: { CONFIG_CANCELLATION_POINTS: true } },
  ));
