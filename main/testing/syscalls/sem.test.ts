import { expect, test } from 'vitest';
import { expectCalls } from '../calls';

test('results and errors of the semaphore calls', () =>
  expectCalls(
    `static sem_t g_sem;
static int g_value;

static int value(void)
{
  sem_getvalue(&g_sem, &g_value);
  return g_value;
}

static int waiter(int argc, FAR char *argv[])
{
  return sem_wait(&g_sem);
}

static int poster(int argc, FAR char *argv[])
{
  usleep(30000);
  return sem_post(&g_sem);
}
`,
    [
      ['sem_init(NULL, 0, 1)', 'EINVAL'],
      ['sem_init(&g_sem, 0, (unsigned)SEM_VALUE_MAX + 1)', 'EINVAL'],
      ['sem_init(&g_sem, 0, 2)', 0],
      ['value()', 2],
      ['sem_wait(&g_sem)', 0],
      ['sem_trywait(&g_sem)', 0],
      ['value()', 0],
      ['sem_trywait(&g_sem)', 'EAGAIN'],
      ['sem_trywait(NULL)', 'EINVAL'],
      ['sem_wait(NULL)', 'EINVAL'],
      ['sem_post(NULL)', 'EINVAL'],
      ['sem_getvalue(NULL, &g_value)', 'EINVAL'],
      ['sem_getvalue(&g_sem, NULL)', 'EINVAL'],

      // The count is taken whatever the time says, but a time that is none is refused.
      ['sem_timedwait(&g_sem, in_ms(20))', 'ETIMEDOUT'],
      ['sem_timedwait(&g_sem, in_ms(-500))', 'ETIMEDOUT'],
      ['value()', 0],
      ['sem_post(&g_sem)', 0],
      ['sem_timedwait(&g_sem, in_ms(-500))', 0],
      ['sem_post(&g_sem)', 0],
      ['(in_ms(0)->tv_nsec = 1000000000, sem_timedwait(&g_sem, &g_time))', 'EINVAL'],
      ['(g_time.tv_nsec = -1, sem_timedwait(&g_sem, &g_time))', 'EINVAL'],
      ['sem_timedwait(&g_sem, NULL)', 'EINVAL'],
      ['sem_timedwait(NULL, in_ms(20))', 'EINVAL'],
      ['value()', 1],
      ['sem_wait(&g_sem)', 0],
      ['task_create("poster", 100, 2048, poster, NULL) > 0', 1],
      ['sem_timedwait(&g_sem, in_ms(500))', 0],

      // Minus the number of those who wait; destroying the semaphore leaves them as they are.
      ['task_create("first", 110, 2048, waiter, NULL) > 0', 1],
      ['task_create("second", 120, 2048, waiter, NULL) > 0', 1],
      ['value()', -2],
      ['sem_destroy(&g_sem)', 0],
      ['value()', -2],
      ['sem_post(&g_sem)', 0],
      ['value()', -1],
      ['sem_post(&g_sem)', 0],
      ['value()', 0],
      ['sem_destroy(&g_sem)', 0],
      ['sem_destroy(NULL)', 'EINVAL'],

      // Real NuttX answers OK at the greatest value.
      ['sem_init(&g_sem, 0, SEM_VALUE_MAX)', 0],
      ['sem_post(&g_sem)', 0],
      ['value() == SEM_VALUE_MAX', 1],
      ['sem_init(&g_sem, 0, 3)', 0],
      ['value()', 3],
    ],
  ));

test('protocols', () =>
  expectCalls('static sem_t g_sem;\nstatic int g_protocol = 7;\n', [
    ['sem_init(&g_sem, 0, 1)', 0],
    ['sem_getprotocol(&g_sem, &g_protocol)', 0],
    ['g_protocol', 0],
    ['sem_setprotocol(&g_sem, SEM_PRIO_INHERIT)', 0],
    ['sem_getprotocol(&g_sem, &g_protocol)', 0],
    ['g_protocol', 1],
    ['sem_setprotocol(&g_sem, 99)', 'EINVAL'],
    ['sem_setprotocol(&g_sem, SEM_PRIO_PROTECT)', 'ENOTSUP'],
    ['sem_setprotocol(NULL, SEM_PRIO_NONE)', 'EINVAL'],
    ['sem_getprotocol(&g_sem, NULL)', 'EINVAL'],
    // Its memory is put to another use: the protocol is what is there.
    ['(g_sem = (sem_t)SEM_INITIALIZER(1), sem_getprotocol(&g_sem, &g_protocol))', 0],
    ['g_protocol', 0],
  ]));

test('without CONFIG_PRIORITY_INHERITANCE nothing can be inherited', () =>
  expectCalls(
    'static sem_t g_sem = SEM_INITIALIZER(1);\n',
    [
      ['sem_setprotocol(&g_sem, SEM_PRIO_INHERIT)', 'ENOTSUP'],
      ['sem_setprotocol(&g_sem, SEM_PRIO_NONE)', 0],
    ],
    { config: { CONFIG_PRIORITY_INHERITANCE: false } },
  ));

test('named semaphores: sem_open, sem_close and sem_unlink', () =>
  expectCalls(
    `static sem_t *g_sem;
static sem_t *g_other;
static sem_t *g_new;
static sem_t g_unnamed;
static int g_value;

static int opened(sem_t *sem)
{
  return sem == SEM_FAILED ? -1 : 0;
}

static int child(int argc, FAR char *argv[])
{
  sem_t *sem = sem_open("sem", 0);
  g_other = sem;
  return sem_post(sem);
}
`,
    [
      ['opened(sem_open("sem", 0))', 'ENOENT'],
      ['opened(sem_open(NULL, O_CREAT, 0666, 1))', 'EINVAL'],
      ['opened(sem_open("", O_CREAT, 0666, 1))', 'EINVAL'],
      ['opened(sem_open("sem", O_CREAT, 0666, (unsigned)SEM_VALUE_MAX + 1))', 'EINVAL'],
      ['opened(sem_open("a-name-that-is-longer-than-thirty-two-characters", O_CREAT, 0666, 1))', 'ENAMETOOLONG'],
      ['opened(g_sem = sem_open("/sem", O_CREAT | O_EXCL, 0666, 3))', 0],
      ['opened(sem_open("sem", O_CREAT | O_EXCL, 0666, 1))', 'EEXIST'],
      ['sem_getvalue(g_sem, &g_value)', 0],
      ['g_value', 3],
      // The same for every task; the value is the first one's.
      ['opened(g_other = sem_open("sem", O_CREAT, 0666, 7))', 0],
      ['g_other == g_sem', 1],
      ['sem_wait(g_sem) + sem_wait(g_sem) + sem_wait(g_other)', 0],
      ['sem_trywait(g_sem)', 'EAGAIN'],
      ['task_create("child", 90, 2048, child, NULL) > 0', 1],
      ['sem_wait(g_sem)', 0],
      ['g_other == g_sem', 1],

      // Three have it open: this task twice, and the child, which has ended without closing it.
      ['sem_unlink("sem")', 0],
      ['sem_unlink("sem")', 'ENOENT'],
      ['sem_unlink(NULL)', 'EINVAL'],
      ['opened(sem_open("sem", 0))', 'ENOENT'],
      ['opened(g_new = sem_open("sem", O_CREAT, 0666, 0))', 0],
      ['g_new != g_sem', 1],
      ['sem_close(g_sem)', 0],
      ['sem_close(g_sem)', 0],
      ['sem_post(g_sem)', 0],
      ['sem_close(g_sem)', 0],
      ['sem_close(g_sem)', 'EINVAL'],
      ['sem_close(&g_unnamed)', 'EINVAL'],
      // Closed by all but not unlinked, it stays.
      ['sem_post(g_new)', 0],
      ['sem_close(g_new)', 0],
      ['sem_close(g_new)', 0],
      ['(g_other = sem_open("sem", 0)) == g_new', 1],
      ['sem_getvalue(g_new, &g_value) + g_value', 1],
      ['sem_close(g_new)', 0],
      ['sem_unlink("sem")', 0],
      ['sem_close(g_new)', 'EINVAL'],
    ],
  ));

test('memory that is given back has no semaphores', async () => {
  const { machine } = await expectCalls('static sem_t *g_sem;\n', [
    ['(g_sem = malloc(sizeof(sem_t))) != NULL', 1],
    ['sem_init(g_sem, 0, 1)', 0],
    ['sem_setprotocol(g_sem, SEM_PRIO_INHERIT)', 0],
    ['sem_wait(g_sem)', 0],
    ['(free(g_sem), 0)', 0],
  ]);
  expect(machine.kernel.state.semaphores.size).toBe(0);
});

test('sem_open without RAM', () =>
  expectCalls('static void *volatile g_block;\nstatic int g_size;\n', [
    // What is printed takes memory, the first time.
    ['1', 1],
    ['({ for (g_size = 1 << 20; g_size >= 16; g_size /= 2) while ((g_block = malloc(g_size)) != NULL); 0; })', 0],
    ['sem_open("sem", O_CREAT, 0666, 1) == SEM_FAILED ? -1 : 0', 'ENOMEM'],
  ]));

test('sem_clockwait waits by the clock that it is given', () =>
  expectCalls(
    `static sem_t g_sem = SEM_INITIALIZER(0);
static struct timespec g_new;
static clock_t g_start;

static FAR struct timespec *in_ms_by(clockid_t clock, int ms)
{
  clock_gettime(clock, &g_time);
  g_time.tv_nsec += ms * 1000000;
  g_time.tv_sec += g_time.tv_nsec / 1000000000;
  g_time.tv_nsec %= 1000000000;
  return &g_time;
}
`,
    [
      ['(g_new.tv_sec = 1000000000, clock_settime(CLOCK_REALTIME, &g_new))', 0],
      [
        '(g_start = clock_systime_ticks(), sem_clockwait(&g_sem, CLOCK_MONOTONIC, in_ms_by(CLOCK_MONOTONIC, 50)))',
        'ETIMEDOUT',
      ],
      ['clock_systime_ticks() - g_start', 6],
      [
        '(g_start = clock_systime_ticks(), sem_clockwait(&g_sem, CLOCK_REALTIME, in_ms_by(CLOCK_REALTIME, 50)))',
        'ETIMEDOUT',
      ],
      ['clock_systime_ticks() - g_start', 6],
      ['sem_clockwait(&g_sem, CLOCK_REALTIME, in_ms_by(CLOCK_MONOTONIC, 50))', 'ETIMEDOUT'],
      ['sem_clockwait(&g_sem, 99, in_ms_by(CLOCK_MONOTONIC, 50))', 'EINVAL'],
      ['sem_clockwait(&g_sem, CLOCK_MONOTONIC, NULL)', 'EINVAL'],
      ['sem_clockwait(NULL, CLOCK_MONOTONIC, &g_time)', 'EINVAL'],
      ['(g_time.tv_nsec = 1000000000, sem_clockwait(&g_sem, CLOCK_MONOTONIC, &g_time))', 'EINVAL'],
      ['sem_post(&g_sem)', 0],
      ['sem_clockwait(&g_sem, CLOCK_MONOTONIC, in_ms_by(CLOCK_MONOTONIC, 50))', 0],
    ],
  ));
