import { test } from 'vitest';
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
    ['sem_setprotocol(NULL, SEM_PRIO_NONE)', 'EINVAL'],
    ['sem_getprotocol(&g_sem, NULL)', 'EINVAL'],
  ]));

test('without CONFIG_PRIORITY_INHERITANCE nothing can be inherited', () =>
  expectCalls(
    'static sem_t g_sem = SEM_INITIALIZER(1);\n',
    [
      ['sem_setprotocol(&g_sem, SEM_PRIO_INHERIT)', 'ENOSYS'],
      ['sem_setprotocol(&g_sem, SEM_PRIO_NONE)', 0],
    ],
    { config: { CONFIG_PRIORITY_INHERITANCE: false } },
  ));
