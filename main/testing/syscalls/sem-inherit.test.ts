/** Priority inheritance: sem_setprotocol, and what becomes of a boost. */
import { describe, expect, test } from 'vitest';
import type { ConfigValue } from '../../contract/project';
import { compile } from '../firmware';

/** A holder of priority 50 and what others do to it; `main` is priority 200. */
const source = (body: string) => `#include <nuttx/config.h>
#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sem_t g_sem;
static sem_t g_many[4];
static sem_t g_go;

static int prio(pid_t pid)
{
  struct sched_param param;
  return sched_getparam(pid, &param) < 0 ? -1 : param.sched_priority;
}

static void set_prio(pid_t pid, int value)
{
  struct sched_param param = { .sched_priority = value };
  sched_setparam(pid, &param);
}

static int value(void)
{
  int result;
  sem_getvalue(&g_sem, &result);
  return result;
}

/* Takes a count of g_sem and of so many others, keeps them until it is told to go, and says how it fares. */

static int holder(int argc, FAR char *argv[])
{
  int more = atoi(argv[1]);
  for (int i = 0; i < more; i++)
    {
      sem_wait(&g_many[i]);
    }
  sem_wait(&g_sem);
  while (sem_wait(&g_go) < 0);
  sem_post(&g_sem);
  printf("%s gave it back at %d\\n", argv[0], prio(0));
  for (int i = 0; i < more; i++)
    {
      sem_post(&g_many[i]);
    }
  return 0;
}

static int waiter(int argc, FAR char *argv[])
{
  int result = sem_wait(argv[1][0] == 's' ? &g_sem : &g_many[argv[1][0] - '0']);
  printf("%s: %s\\n", argv[0], result == 0 ? "got it" : strerror(errno));
  if (result == 0)
    {
      sem_post(argv[1][0] == 's' ? &g_sem : &g_many[argv[1][0] - '0']);
    }
  return 0;
}

static int impatient(int argc, FAR char *argv[])
{
  struct timespec ts;
  clock_gettime(CLOCK_MONOTONIC, &ts);
  ts.tv_nsec += 20000000;
  ts.tv_sec += ts.tv_nsec / 1000000000;
  ts.tv_nsec %= 1000000000;
  printf("%s: %s\\n", argv[0], sem_clockwait(&g_sem, CLOCK_MONOTONIC, &ts) < 0 ? strerror(errno) : "got it");
  return 0;
}

static pid_t spawn(const char *name, int priority, main_t entry, char *arg)
{
  char *args[] = { arg, NULL };
  return task_create(name, priority, 4096, entry, args);
}

int main(int argc, FAR char *argv[])
{
  set_prio(0, 200);
  sem_init(&g_sem, 0, 1);
  sem_init(&g_go, 0, 0);
  sem_setprotocol(&g_sem, SEM_PRIO_INHERIT);
  for (int i = 0; i < 4; i++)
    {
      sem_init(&g_many[i], 0, 1);
      sem_setprotocol(&g_many[i], SEM_PRIO_INHERIT);
    }
${body}
  return 0;
}
`;

async function run(body: string, config: Record<string, ConfigValue> = {}) {
  const firmware = await compile(source(body), {
    config: { CONFIG_PRIORITY_INHERITANCE: true, CONFIG_RR_INTERVAL: 0, ...config },
  });
  return firmware.run();
}

describe.each([
  { posix: false, kept: 150 },
  { posix: true, kept: 50 },
])('a waiter gives up, CONFIG_TICKSCOPE_POSIX_BOOST $posix: the boost is $kept', ({ posix, kept }) => {
  const config = { CONFIG_TICKSCOPE_POSIX_BOOST: posix };

  test.each([
    ['times out', 'impatient', '', 'sem: Connection timed out'],
    ['is signalled', 'waiter', 'kill(w, SIGUSR1); usleep(20000);', 'sem: Interrupted'],
    ['is deleted', 'waiter', 'task_delete(w);', null],
  ])('it %s', async (_what, entry, end, _says) => {
    const machine = await run(
      `  pid_t h = spawn("holder", 50, holder, "0");
  usleep(20000);
  pid_t w = spawn("sem", 150, ${entry}, "s");
  usleep(10000);
  printf("lent %d, value %d\\n", prio(h), value());
  ${end}
  usleep(50000);
  printf("then %d, value %d\\n", prio(h), value());
  sem_post(&g_go);
  usleep(20000);
`,
      config,
    );
    expect(machine.dump?.text).toBeUndefined();
    const lines = machine.lines.filter((line) => !line.startsWith('sem:'));
    expect(lines).toEqual(['lent 150, value -1', `then ${kept}, value 0`, `holder gave it back at ${kept}`]);
    expect(machine.events('quirk').map(({ quirk }) => quirk)).toEqual(posix ? [] : [expect.anything()]);
  });

  test('with another waiter behind it', async () => {
    const machine = await run(
      `  pid_t h = spawn("holder", 50, holder, "0");
  usleep(20000);
  spawn("first", 150, impatient, "s");
  spawn("second", 120, waiter, "s");
  usleep(60000);
  printf("%d\\n", prio(h));
  sem_post(&g_go);
  usleep(20000);
`,
      config,
    );
    expect(machine.lines.filter((line) => !line.startsWith('first'))).toEqual([
      posix ? '120' : '150',
      'second: got it',
      'holder gave it back at 50',
    ]);
  });
});

test('nested: each semaphore that is given back takes its lender with it; a counting one has many holders', async () => {
  const { lines } = await run(`  pid_t h = spawn("holder", 50, holder, "2");
  usleep(20000);
  spawn("w110", 110, waiter, "0");
  spawn("w130", 130, waiter, "1");
  spawn("w120", 120, waiter, "s");
  usleep(20000);
  printf("%d\\n", prio(h));
  sem_post(&g_go);
  usleep(50000);

  sem_init(&g_sem, 0, 2);
  sem_setprotocol(&g_sem, SEM_PRIO_INHERIT);
  pid_t a = spawn("a", 50, holder, "0");
  pid_t b = spawn("b", 60, holder, "0");
  usleep(20000);
  pid_t w = spawn("wait", 140, waiter, "s");
  usleep(20000);
  printf("%d and %d\\n", prio(a), prio(b));
  set_prio(w, 170);
  printf("the waiter's own change: %d and %d\\n", prio(a), prio(b));
  set_prio(a, 70);
  printf("a holder's own change: %d and %d\\n", prio(a), prio(b));
  sem_post(&g_go);
  usleep(50000);
  printf("one gave it back: %d and %d\\n", prio(a), prio(b));
  sem_post(&g_go);
  usleep(50000);
`);
  expect(lines).toEqual([
    '130',
    'holder gave it back at 130',
    'w130: got it',
    'w120: got it',
    'w110: got it',
    '140 and 140',
    "the waiter's own change: 140 and 140",
    "a holder's own change: 70 and 140",
    'wait: got it',
    'b gave it back at 60',
    'one gave it back: 70 and -1',
    'a gave it back at 70',
  ]);
});

test('inheritance does not go on to who holds what the holder waits for', async () => {
  const { lines } = await run(`  pid_t h = spawn("holder", 50, holder, "0");
  usleep(20000);
  sem_wait(&g_many[0]);
  sem_post(&g_many[0]);
  pid_t m = spawn("middle", 80, holder, "1");
  usleep(20000);
  spawn("high", 150, waiter, "0");
  usleep(20000);
  printf("%d %d\\n", prio(h), prio(m));
  sem_post(&g_go);
  sem_post(&g_go);
  usleep(50000);
`);
  expect(lines[0]).toBe('80 150');
});

describe('CONFIG_SEM_PREALLOCHOLDERS', () => {
  const body = `  pid_t h = spawn("holder", 50, holder, "3");
  usleep(20000);
  spawn("waiter", 150, waiter, "s");
  usleep(20000);
  printf("%d\\n", prio(h));
  sem_post(&g_go);
  usleep(50000);
`;

  test('who has no record when the pool is empty is lent nothing', async () => {
    expect((await run(body, { CONFIG_SEM_PREALLOCHOLDERS: 4 })).lines[0]).toBe('150');
    const machine = await run(body, { CONFIG_SEM_PREALLOCHOLDERS: 3 });
    expect(machine.dump?.text).toBeUndefined();
    expect(machine.lines).toEqual(['50', 'waiter: got it', 'holder gave it back at 50']);
  });

  test('with CONFIG_DEBUG_ASSERTIONS the board stops', async () => {
    const machine = await run(body, { CONFIG_SEM_PREALLOCHOLDERS: 3, CONFIG_DEBUG_ASSERTIONS: true });
    expect(machine.dump?.reason).toBe('Insufficient pre-allocated holders of semaphores');
  });

  test('without a pool each semaphore has room for two holders', async () => {
    expect((await run(body, { CONFIG_SEM_PREALLOCHOLDERS: 0 })).lines[0]).toBe('150');
    const { lines } = await run(
      `  sem_init(&g_sem, 0, 3);
  sem_setprotocol(&g_sem, SEM_PRIO_INHERIT);
  pid_t a = spawn("a", 50, holder, "0");
  usleep(20000);
  pid_t b = spawn("b", 50, holder, "0");
  usleep(20000);
  pid_t c = spawn("c", 50, holder, "0");
  usleep(20000);
  spawn("waiter", 150, waiter, "s");
  usleep(20000);
  printf("%d %d %d\\n", prio(a), prio(b), prio(c));
`,
      { CONFIG_SEM_PREALLOCHOLDERS: 0 },
    );
    expect(lines[0]).toBe('150 150 50');
  });
});

test('sem_setprotocol(SEM_PRIO_NONE) forgets the holders', async () => {
  const { lines } = await run(`  pid_t h = spawn("holder", 50, holder, "0");
  usleep(20000);
  sem_setprotocol(&g_sem, SEM_PRIO_NONE);
  spawn("waiter", 150, waiter, "s");
  usleep(20000);
  printf("%d\\n", prio(h));
`);
  expect(lines[0]).toBe('50');
});
