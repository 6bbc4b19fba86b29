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
