import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const setup = `#include <signal.h>
#include <sys/time.h>

static timer_t g_timer;
static struct itimerspec g_spec;
static struct itimerspec g_old;
static struct sigevent g_event;
static clock_t g_start;

/* What the last signal said, at which tick since align() it came, and how many came. */

static int g_count;
static int g_tick;
static int g_value;
static int g_code;

static int align(void)
{
  usleep(1);
  g_start = clock_systime_ticks();
  g_count = 0;
  return 0;
}

static int ticks(void)
{
  return clock_systime_ticks() - g_start;
}

static void handler(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_count++;
  g_tick = ticks();
  g_value = info->si_value.sival_int;
  g_code = info->si_code;
}

static int catch(int signo)
{
  struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
  return sigaction(signo, &action, NULL);
}

static int create(int signo, int value)
{
  catch(signo);
  memset(&g_event, 0, sizeof(g_event));
  g_event.sigev_notify = SIGEV_SIGNAL;
  g_event.sigev_signo = signo;
  g_event.sigev_value.sival_int = value;
  return timer_create(CLOCK_MONOTONIC, &g_event, &g_timer);
}

static FAR struct itimerspec *spec(int first_ms, int interval_ms)
{
  g_spec.it_value.tv_sec = first_ms / 1000;
  g_spec.it_value.tv_nsec = first_ms % 1000 * 1000000;
  g_spec.it_interval.tv_sec = interval_ms / 1000;
  g_spec.it_interval.tv_nsec = interval_ms % 1000 * 1000000;
  return &g_spec;
}

static FAR struct itimerspec *until(clockid_t clock, int ms)
{
  spec(0, 0);
  clock_gettime(clock, &g_spec.it_value);
  int64_t ns = g_spec.it_value.tv_nsec + ms * 1000000LL;
  g_spec.it_value.tv_sec += ns / 1000000000 - (ns % 1000000000 < 0);
  g_spec.it_value.tv_nsec = (ns % 1000000000 + 1000000000) % 1000000000;
  return &g_spec;
}

/* To the middle of a tick: whatever the tick brings has come. */

static int wait_ms(int ms)
{
  struct timespec now;
  clock_t end = clock_systime_ticks() + ms / 10;
  int left;

  while ((left = (int)(end - clock_systime_ticks())) > 1)
    {
      usleep((left - 1) * 10000);
    }

  do
    {
      clock_gettime(CLOCK_MONOTONIC, &now);
    }
  while (now.tv_sec * 1000000 + now.tv_nsec / 1000 < end * 10000LL + 5000);

  return 0;
}

static int ms_of(FAR const struct timespec *time)
{
  return (int)(time->tv_sec * 1000 + time->tv_nsec / 1000000);
}

static int masked(int signo, int on)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  return sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}
`;

test('timer_create, timer_delete', () =>
  expectCalls(setup, [
    ['create(SIGUSR1, 5)', 0],
    ['timer_delete(g_timer)', 0],
    ['timer_delete(g_timer)', 'EINVAL'],
    ['timer_create(CLOCK_REALTIME, NULL, NULL)', 'EINVAL'],
    ['timer_create(CLOCK_PROCESS_CPUTIME_ID, NULL, &g_timer)', 'EINVAL'],
    ['timer_create(99, NULL, &g_timer)', 'EINVAL'],
    ['timer_create(CLOCK_BOOTTIME, NULL, &g_timer)', 0],
    ['timer_settime(g_timer, 0, NULL, NULL)', 'EINVAL'],
    ['timer_settime(NULL, 0, spec(10, 0), NULL)', 'EINVAL'],
    ['timer_gettime(NULL, &g_spec)', 'EINVAL'],
    ['timer_gettime(g_timer, NULL)', 'EINVAL'],
    ['timer_getoverrun(NULL)', 'EINVAL'],
    ['timer_getoverrun(g_timer)', 0],
    // The least and the greatest nanosecond that is none; a timer that is to be disarmed may have what it likes.
    ['(spec(10, 0)->it_value.tv_nsec = 1000000000, timer_settime(g_timer, 0, &g_spec, NULL))', 'EINVAL'],
    ['(spec(1000, 0)->it_value.tv_nsec = -1, timer_settime(g_timer, 0, &g_spec, NULL))', 'EINVAL'],
    ['(spec(10, 0)->it_interval.tv_nsec = 1000000000, timer_settime(g_timer, 0, &g_spec, NULL))', 'EINVAL'],
    ['(spec(0, 0)->it_interval.tv_nsec = 1000000000, timer_settime(g_timer, 0, &g_spec, NULL))', 0],
  ]));

test('timer_settime and timer_gettime: the first expiry is after the ticks and one more, the others are exact', () =>
  expectCalls(setup, [
    ['create(SIGUSR1, 77)', 0],
    ['(align(), timer_settime(g_timer, 0, spec(100, 50), NULL))', 0],
    ['(timer_gettime(g_timer, &g_old), ms_of(&g_old.it_value))', 110],
    ['ms_of(&g_old.it_interval)', 50],
    ['(wait_ms(100), g_count)', 0],
    ['(wait_ms(10), g_count)', 1],
    ['g_tick', 11],
    ['g_value', 77],
    ['g_code', 2],
    ['(wait_ms(150), g_count)', 4],
    ['g_tick', 26],
    ['(timer_gettime(g_timer, &g_old), ms_of(&g_old.it_value))', 50],
    // Set anew: the old times come back.
    ['(usleep(1), align(), timer_settime(g_timer, 0, spec(25, 0), &g_old))', 0],
    ['ms_of(&g_old.it_value) > 0 && ms_of(&g_old.it_value) <= 50', 1],
    ['ms_of(&g_old.it_interval)', 50],
    ['(wait_ms(300), g_count)', 1],
    ['g_tick', 4],
    ['(timer_gettime(g_timer, &g_old), ms_of(&g_old.it_value))', 0],
    ['ms_of(&g_old.it_interval)', 0],
    // Disarmed: as on NuttX the interval stays.
    ['(align(), timer_settime(g_timer, 0, spec(50, 20), NULL))', 0],
    ['timer_settime(g_timer, 0, spec(0, 0), NULL)', 0],
    ['(wait_ms(100), g_count)', 0],
    ['(timer_gettime(g_timer, &g_old), ms_of(&g_old.it_value))', 0],
    ['ms_of(&g_old.it_interval)', 20],
    ['(align(), timer_settime(g_timer, 0, spec(50, 0), NULL))', 0],
    ['timer_delete(g_timer)', 0],
    ['(wait_ms(100), g_count)', 0],
  ]));

test('timer_settime with TIMER_ABSTIME', () =>
  expectCalls(setup, [
    ['create(SIGUSR1, 1)', 0],
    ['(align(), timer_settime(g_timer, TIMER_ABSTIME, until(CLOCK_MONOTONIC, 60), NULL))', 0],
    ['(wait_ms(200), g_count)', 1],
    ['g_tick', 7],
    ['(align(), timer_settime(g_timer, TIMER_ABSTIME, until(CLOCK_MONOTONIC, -50), NULL))', 0],
    ['(wait_ms(200), g_count)', 1],
    ['g_tick', 1],
    ['(timer_delete(g_timer), timer_create(CLOCK_REALTIME, &g_event, &g_timer))', 0],
    ['(align(), timer_settime(g_timer, TIMER_ABSTIME, until(CLOCK_REALTIME, 100), NULL))', 0],
    // As on NuttX, setting the clock does not move it.
    ['(g_old.it_value.tv_sec = 5, clock_settime(CLOCK_REALTIME, &g_old.it_value))', 0],
    ['(wait_ms(200), g_count)', 1],
    ['g_tick', 11],
  ]));

const overrun = [
  ['create(SIGRTMIN, 9)', 0],
  ['masked(SIGRTMIN, 1)', 0],
  ['(align(), timer_settime(g_timer, 0, spec(20, 20), NULL))', 0],
  ['(wait_ms(120), timer_settime(g_timer, 0, spec(0, 0), NULL))', 0],
  ['(masked(SIGRTMIN, 0), usleep(1), 0)', 0],
] as const;

// Expiries at ticks 3, 5, 7, 9 and 11.
test('timer_getoverrun: NuttX has none, and queues real-time signals', () =>
  expectCalls(setup, [...overrun, ['g_count', 5], ['timer_getoverrun(g_timer)', 0]]));

test('timer_getoverrun: POSIX has one signal, and counts', () =>
  expectCalls(setup, [...overrun, ['g_count', 1], ['timer_getoverrun(g_timer)', 4]], {
    config: { CONFIG_TICKSCOPE_POSIX_OVERRUN: true },
  }));

// The handler's thread does not get the CPU for 10 ticks.
const late = (count: number, missed: number) =>
  [
    ['create(SIGRTMIN, 9)', 0],
    ['(align(), timer_settime(g_timer, 0, spec(20, 20), NULL))', 0],
    ['task_create("hog", 150, 2048, hog, NULL) > 0', 1],
    ['(timer_settime(g_timer, 0, spec(0, 0), NULL), g_count)', count],
    ['timer_getoverrun(g_timer)', missed],
  ] as const;

const hog = `${setup}
static int hog(int argc, FAR char *argv[])
{
  while (ticks() < 10);
  return 0;
}
`;

// Expiries at ticks 3, 5, 7 and 9.
test('timer_getoverrun of a thread that is kept off the CPU: NuttX', () => expectCalls(hog, late(4, 0)));

test('timer_getoverrun of a thread that is kept off the CPU: POSIX', () =>
  expectCalls(hog, late(1, 3), { config: { CONFIG_TICKSCOPE_POSIX_OVERRUN: true } }));

const thread = `${setup}
static char g_name[32];

#include <sys/prctl.h>

static void notified(union sigval value)
{
  g_count++;
  g_tick = ticks();
  g_value = value.sival_int;
  prctl(PR_GET_NAME, g_name, 0);
}

static int create_thread(void)
{
  memset(&g_event, 0, sizeof(g_event));
  g_event.sigev_notify = SIGEV_THREAD;
  g_event.sigev_value.sival_int = 88;
  g_event.sigev_notify_function = notified;
  return timer_create(CLOCK_REALTIME, &g_event, &g_timer);
}
`;

test('SIGEV_THREAD runs on the low-priority work queue, at most once at a time; SIGEV_NONE tells nobody', () =>
  expectCalls(
    thread,
    [
      ['create_thread()', 0],
      ['(align(), timer_settime(g_timer, 0, spec(50, 0), NULL))', 0],
      ['(wait_ms(100), g_count)', 1],
      ['g_tick', 6],
      ['g_value', 88],
      ['strcmp(g_name, "lpwork")', 0],
      // The work queue has no chance to run: expiries replace one another.
      ['(align(), timer_settime(g_timer, 0, spec(10, 10), NULL))', 0],
      [
        '({ struct sched_param p = { 150 }; sched_setparam(0, &p); while (ticks() < 10); wait_ms(0); p.sched_priority = 50; sched_setparam(0, &p); g_count; })',
        1,
      ],
      // Neither is what waits there called once the timer is gone.
      [
        '({ struct sched_param p = { 150 }; sched_setparam(0, &p); align(); timer_settime(g_timer, 0, spec(10, 0), NULL); while (ticks() < 5); timer_delete(g_timer); p.sched_priority = 50; sched_setparam(0, &p); g_count; })',
        0,
      ],
      ['(g_event.sigev_notify = SIGEV_NONE, timer_create(CLOCK_REALTIME, &g_event, &g_timer))', 0],
      ['(align(), timer_settime(g_timer, 0, spec(50, 10), NULL))', 0],
      ['(wait_ms(100), g_count)', 0],
      ['(timer_gettime(g_timer, &g_old), ms_of(&g_old.it_interval))', 10],
    ],
    { config: { CONFIG_SCHED_HPWORK: true, CONFIG_SCHED_LPWORK: true, CONFIG_SIG_EVTHREAD: true } },
  ));

test('without a struct sigevent SIGALRM comes with the timer’s number', () =>
  expectCalls(setup, [
    ['catch(SIGALRM)', 0],
    ['timer_create(CLOCK_REALTIME, NULL, &g_timer)', 0],
    ['(align(), timer_settime(g_timer, 0, spec(30, 0), NULL))', 0],
    ['(wait_ms(100), g_count)', 1],
    ['g_value - (int)(uintptr_t)g_timer', 0],
  ]));

test('setitimer, getitimer', () =>
  expectCalls(
    `${setup}
static struct itimerval g_val;
static struct itimerval g_was;

static FAR struct itimerval *val(int first_ms, int interval_ms)
{
  g_val.it_value.tv_sec = first_ms / 1000;
  g_val.it_value.tv_usec = first_ms % 1000 * 1000;
  g_val.it_interval.tv_sec = interval_ms / 1000;
  g_val.it_interval.tv_usec = interval_ms % 1000 * 1000;
  return &g_val;
}

static int was_ms(void)
{
  return (int)(g_was.it_value.tv_sec * 1000 + g_was.it_value.tv_usec / 1000);
}
`,
    [
      ['catch(SIGALRM)', 0],
      ['getitimer(ITIMER_REAL, &g_was)', 0],
      ['was_ms()', 0],
      ['(align(), setitimer(ITIMER_REAL, val(1500, 20), &g_was))', 0],
      ['was_ms()', 0],
      ['(getitimer(ITIMER_REAL, &g_was), was_ms())', 1510],
      ['(int)g_was.it_interval.tv_usec', 20_000],
      ['(setitimer(ITIMER_REAL, val(30, 0), &g_was), was_ms())', 1510],
      ['(wait_ms(100), g_count)', 1],
      ['g_tick', 4],
      ['(align(), setitimer(ITIMER_REAL, val(30, 20), NULL))', 0],
      ['(wait_ms(90), g_count)', 3],
      ['setitimer(ITIMER_REAL, val(0, 0), NULL)', 0],
      ['(wait_ms(90), g_count)', 3],
      ['setitimer(ITIMER_VIRTUAL, val(30, 20), NULL)', 'EINVAL'],
      ['setitimer(ITIMER_REAL, NULL, NULL)', 'EINVAL'],
      ['(val(30, 0)->it_value.tv_usec = 1000000, setitimer(ITIMER_REAL, &g_val, NULL))', 'EINVAL'],
      ['getitimer(ITIMER_PROF, &g_was)', 'EINVAL'],
      ['getitimer(ITIMER_REAL, NULL)', 'EINVAL'],
    ],
  ));

test('CONFIG_PREALLOC_TIMERS, then the heap: EAGAIN', () =>
  expectCalls(
    `${setup}
static FAR void *volatile g_memory;

static int fill(void)
{
  while ((g_memory = malloc(16)));
  return 0;
}
`,
    [
      ['create(SIGUSR1, 1)', 0],
      ['fill()', 0],
      ['create(SIGUSR1, 1)', 0],
      ['timer_create(CLOCK_REALTIME, NULL, &g_timer)', 'EAGAIN'],
      ['timer_delete(g_timer)', 0],
      ['create(SIGUSR1, 1)', 0],
    ],
    { config: { CONFIG_PREALLOC_TIMERS: 2 } },
  ));

test('timers end with their group', async () => {
  const firmware =
    await compile(`${'#include <sched.h>\n#include <signal.h>\n#include <stdio.h>\n#include <time.h>\n#include <unistd.h>\n'}
static int owner(int argc, char *argv[])
{
  struct itimerspec spec = { { 0, 50000000 }, { 0, 50000000 } };
  timer_t timer;
  timer_create(CLOCK_REALTIME, NULL, &timer);
  timer_settime(timer, 0, &spec, NULL);
  return 0;
}

int main(int argc, char *argv[])
{
  task_create("owner", 110, 2048, owner, NULL);
  usleep(200000);
  return 0;
}
`);
  const run = firmware.run();
  expect(run.dump?.text).toBeUndefined();
  expect(run.machine.kernel.state.timers.size).toBe(0);
  expect(run.events('expire')).toEqual([]);
});

test('CONFIG_DISABLE_POSIX_TIMERS leaves them out', async () => {
  const build = compile('#include <time.h>\nint main(void)\n{\n  return timer_delete(0);\n}\n', {
    config: { CONFIG_DISABLE_POSIX_TIMERS: true },
  });
  await expect(build).rejects.toThrow(/timer_delete/);
});
