import { beforeAll, describe, expect, test } from 'vitest';
import { compile, type TestFirmware } from '../testing/firmware';

/** One program that goes wrong in the way that its argument says. Each fault is in a function of its name. */
const source = `#include <nuttx/config.h>
#include <assert.h>
#include <limits.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

struct list_s
{
  FAR struct list_s *next;
  int values[100];
};

static FAR struct list_s *volatile g_null;
static volatile uintptr_t g_wild = 0x70000000;
static volatile int g_zero;
static volatile int g_sink;
static char g_bytes[16] __attribute__((aligned(16)));
static FAR char *volatile g_block;
static FAR char *volatile g_other;

static NOINLINE int null_read(void)
{
  return *(FAR volatile int *)g_null;
}

static NOINLINE int null_write(void)
{
  *(FAR volatile int *)g_null = 1;
  return 0;
}

static NOINLINE int null_field(void)
{
  return g_null->next->values[3];
}

static NOINLINE int null_element(void)
{
  return g_null->values[g_zero + 50];
}

static NOINLINE int wild_read(void)
{
  return *(FAR volatile int *)g_wild;
}

static NOINLINE int wild_write(void)
{
  *(FAR volatile char *)(g_wild + 0x7fffffff) = 1;
  return 0;
}

static NOINLINE int unaligned(void)
{
  FAR char *volatile odd = g_bytes + 1;
  return *(FAR volatile int *)odd;
}

/* The address is right, but its parts are not. */

static NOINLINE int unaligned_parts(void)
{
  FAR char *volatile odd = g_bytes + 3;
  g_sink = *(FAR volatile int *)(odd + 1);
  return *(FAR volatile int *)(odd + 2);
}

static NOINLINE int unaligned_field(void)
{
  FAR struct list_s *volatile list = (FAR struct list_s *)(g_bytes + 2);
  list->values[1] = 5;
  return 0;
}

static NOINLINE int call_null(void)
{
  int (*volatile function)(int) = NULL;
  return function(1);
}

static NOINLINE int call_other(void)
{
  int (*volatile function)(double) = (int (*)(double))null_read;
  return function(1);
}

static NOINLINE int call_wild(void)
{
  int (*volatile function)(int) = (int (*)(int))0x12345678;
  return function(1);
}

static NOINLINE int divide(void)
{
  return 7 / g_zero;
}

static NOINLINE int remainder_of(void)
{
  return 7 % g_zero;
}

static NOINLINE int divide_overflow(void)
{
  volatile int smallest = INT_MIN;
  return smallest / (g_zero - 1);
}

static NOINLINE int aborts(void)
{
  abort();
}

static NOINLINE int asserts(void)
{
  assert(g_zero == 1);
  return 0;
}

static NOINLINE int recurse(int n)
{
  return n < 0 ? 0 : recurse(n + 1) + g_zero;
}

static NOINLINE int recurse_wide(int n)
{
  volatile int here[16];
  here[n & 15] = n;
  return n < 0 ? 0 : recurse_wide(n + 1) + here[n & 15];
}

static NOINLINE int large_local(void)
{
  volatile char large[8192];
  large[g_zero + 4000] = 1;
  return large[g_zero + 8000];
}

static NOINLINE int double_free(void)
{
  g_block = malloc(10);
  free(g_block);
  free(g_block);
  return 0;
}

static NOINLINE int free_inside(void)
{
  g_block = malloc(100);
  free(g_block + 16);
  return 0;
}

static NOINLINE int free_static(void)
{
  free(g_bytes + g_zero);
  return 0;
}

static NOINLINE int overrun(void)
{
  g_block = malloc(16);
  g_other = malloc(16);
  memset(g_block, 'x', 24);
  free(g_other);
  return 0;
}

static NOINLINE int missing(void)
{
  return daemon(0, 0);
}

static NOINLINE int bad_call(void)
{
  return sem_wait((FAR sem_t *)g_wild);
}

static const struct
{
  FAR const char *name;
  int (*function)(void);
} g_faults[] =
{
#define F(name) { #name, name }
  F(null_read), F(null_write), F(null_field), F(null_element), F(wild_read), F(wild_write), F(unaligned),
  F(unaligned_parts), F(unaligned_field),
  F(call_null), F(call_other), F(call_wild), F(divide), F(remainder_of), F(divide_overflow), F(aborts), F(asserts),
  F(large_local), F(double_free), F(free_inside), F(free_static), F(overrun), F(missing), F(bad_call)
};

static int victim(int argc, FAR char *argv[])
{
  if (strcmp(argv[1], "recurse") == 0)
    {
      return recurse(0);
    }
  if (strcmp(argv[1], "recurse_wide") == 0)
    {
      return recurse_wide(0);
    }
  for (unsigned i = 0; i < sizeof(g_faults) / sizeof(g_faults[0]); i++)
    {
      if (strcmp(argv[1], g_faults[i].name) == 0)
        {
          g_sink = g_faults[i].function();
        }
    }
  printf("nothing happened\\n");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  printf("before\\n");
  task_create("victim", 120, 4096, victim, argv + 1);
  usleep(100000);
  return 5;
}
`;
const lineOf = (text: string) => source.slice(0, source.indexOf(text)).split('\n').length;

let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compile(source);
});

const nullHint = /null, uninitialised, or past the end/;
const pointerHint = /null, was overwritten, or is called as another type/;

describe.each([
  // name of the function, reason, hint, text of the line that the innermost frame of ours stands at
  ['null_read', /null pointer/, nullHint, 'return *(FAR volatile int *)g_null'],
  ['null_write', /null pointer/, nullHint, '*(FAR volatile int *)g_null = 1'],
  ['null_field', /null pointer/, nullHint, 'return g_null->next->values[3]'],
  ['null_element', /null pointer/, nullHint, 'return g_null->values[g_zero + 50]'],
  ['wild_read', /outside of RAM/, nullHint, 'return *(FAR volatile int *)g_wild'],
  ['wild_write', /outside of RAM/, nullHint, '*(FAR volatile char *)(g_wild'],
  ['unaligned', /^Unaligned memory access$/, /multiple of the size/, 'return *(FAR volatile int *)odd'],
  ['unaligned_parts', /^Unaligned memory access$/, /multiple of the size/, 'return *(FAR volatile int *)(odd + 2)'],
  ['unaligned_field', /^Unaligned memory access$/, /multiple of the size/, 'list->values[1] = 5'],
  ['call_null', /bad function pointer/, pointerHint, 'return function(1)'],
  ['call_other', /bad function pointer/, pointerHint, 'double) = (int (*)(double))null_read;\n  return function(1)'],
  ['call_wild', /bad function pointer/, pointerHint, '0x12345678;\n  return function(1)'],
  ['divide', /^Division by zero$/, /innermost line/, 'return 7 / g_zero'],
  ['remainder_of', /^Division by zero$/, /innermost line/, 'return 7 % g_zero'],
  ['divide_overflow', /^Integer overflow in a division$/, /INT_MIN/, 'return smallest / (g_zero - 1)'],
  ['aborts', /^abort$/, /called abort/, 'abort();\n}'],
  ['asserts', /^Assertion failed at .*main\.c:\d+: g_zero == 1$/, /checked this itself/, 'assert(g_zero == 1)'],
  ['recurse', /^Stack overflow/, /recursion/, 'static NOINLINE int recurse(int n)'],
  ['recurse_wide', /^Stack overflow: \d+ bytes below the stack of 4096 bytes$/, /"victim" a larger stack/, ''],
  ['large_local', /^Stack overflow: \d+ bytes below the stack of 4096 bytes$/, /large local arrays/, ''],
  ['double_free', /^free of 0x2\w+, which is no allocated block$/, /freed before/, 'free(g_block);\n  return'],
  ['free_inside', /^free of 0x2\w+, which is no allocated block$/, /inside of a block/, 'free(g_block + 16'],
  ['free_static', /^free of 0x2\w+, which is no allocated block$/, /never came from malloc/, 'free(g_bytes'],
  ['overrun', /^heap corrupted: the header of the block at 0x2\w+ was overwritten$/, /past the end/, 'free(g_other)'],
  ['missing', /^daemon is part of the NuttX API, but not yet in Tickscope$/, /Problems pane/, 'return daemon'],
  ['bad_call', /^Access to address 0x7000000\d in a system call$/, /does not point into RAM/, 'return sem_wait((FAR'],
] as const)('%s', (name, reason, hint, line) => {
  test('stops the machine with a dump that says what and where', () => {
    const target = firmware.run(name);
    const dump = target.dump!;
    expect(dump.reason).toMatch(reason);
    expect(dump.hint).toMatch(hint);
    expect(dump.task).toBe('victim');
    const frame = dump.frames.find((each) => each.function === name)!;
    expect(frame).toMatchObject({ function: name, file: 'main.c' });
    if (line) expect(frame.line).toBeGreaterThanOrEqual(lineOf(line));
    if (line) expect(frame.line! - lineOf(line)).toBeLessThanOrEqual(2);
    expect(dump.frames.at(-1)!.function).toBe('victim');
    const { pc, sp, stack_base, stack_top, cycles } = dump.registers;
    expect(pc).toBeGreaterThan(0);
    expect(sp).toBeLessThan(stack_top!);
    expect(stack_top! - stack_base!).toBe(4096);
    expect(cycles).toBeGreaterThan(0);
    expect(target.events('fault')).toMatchObject([{ pid: dump.pid }]);
    // What the task printed before is there, and what any other would have printed after it is not.
    expect(target.console).toBe('before\n');
  });

  test('the machine stays stopped until it is reset, and then runs as before', () => {
    const target = firmware.run(name);
    const text = target.dump!.text;
    expect(target.run({})).toBe('crashed');
    target.machine.reset();
    expect(target.dump).toBeNull();
    target.console = '';
    expect(target.finish()).toBe('crashed');
    expect(target.dump!.text).toBe(text);
    expect(target.console).toBe('before\n');
  });
});

test('the dump as the console shows it', () => {
  const { text } = firmware.run('divide').dump!;
  expect(text.replace(/0x[0-9a-f]{8}/g, 'HEX').replace(/cycles \d+/, 'cycles N')).toBe(`dump: Division by zero
dump: task 2 "victim" at tick 0
dump: #0 divide (main.c:${lineOf('return 7 / g_zero')})
dump: #1 victim (main.c:${lineOf('g_sink = g_faults[i]')})
dump: pc HEX  sp HEX  stack_base HEX  stack_top HEX  cycles N
dump: Look at the innermost line of the call stack.
`);
});

test('a firmware that never yields still stops where it is told; lower tasks starve', async () => {
  const selfish = await compile(`#include <nuttx/config.h>
#include <sched.h>
#include <stdio.h>
static int lower(int argc, FAR char *argv[])
{
  printf("lower\\n");
  return 0;
}
int main(int argc, FAR char *argv[])
{
  task_create("lower", 50, 2048, lower, NULL);
  for (volatile int i = 0; ; i++)
    {
    }
}
`);
  const target = selfish.boot();
  expect(target.run({ ticks: 10 })).toBe('limit');
  expect(target.machine.ticks).toBe(10);
  const { position } = target.machine;
  expect(target.run({ entries: position + 1 })).toBe('limit');
  expect(target.machine.position).toBe(position + 1);
  expect(target.run({ ticks: 200 })).toBe('limit');
  expect(target.console).toBe('');
});

describe('functions that the kernel calls', () => {
  const dumpOf = async (body: string) => {
    const target = (
      await compile(`#include <nuttx/config.h>
#include <nuttx/wdog.h>
#include <signal.h>
#include <unistd.h>
static struct wdog_s g_wdog;
static volatile int g_turns;
static void write_to(int *place) { *(FAR volatile int *)place = 1; }
static void on_usr1(int signo, FAR siginfo_t *info, FAR void *context) { write_to(info->si_value.sival_ptr); }
static void bad(wdparm_t arg) { write_to((FAR int *)arg); }
static void endless(wdparm_t arg) { for (; ; ) g_turns++; }
int main(int argc, FAR char *argv[])
{
${body}
  usleep(100000);
  return g_turns;
}
`)
    ).run();
    expect(target.finish()).toBe('crashed');
    return target.dump!;
  };
  const functions = (dump: { frames: { function: string }[] }) => dump.frames.map((frame) => frame.function);

  test('of a handler the dump shows what it interrupted, too', async () => {
    const dump = await dumpOf(`
  struct sigaction action = { .sa_sigaction = on_usr1, .sa_flags = SA_SIGINFO };
  sigaction(SIGUSR1, &action, NULL);
  sigqueue(getpid(), SIGUSR1, (union sigval){ 0 });`);
    expect(dump).toMatchObject({ task: 'main', interrupt: false });
    expect(functions(dump).slice(-3)).toEqual(['on_usr1', '<signal handler called>', 'main_main']);
    expect(dump.text).toMatch(/\ndump: #\d on_usr1 .*\ndump: <signal handler called>\ndump: #\d main_main /);
  });

  test('at interrupt level no task is to blame', async () => {
    const dump = await dumpOf('wd_start(&g_wdog, 2, bad, 0);');
    expect(dump).toMatchObject({ pid: 0, interrupt: true });
    expect(functions(dump).at(-1)).toBe('bad');
    expect(dump.text).toContain('\ndump: interrupt handler at tick ');
  });

  test('of an endless one the dump shows where it was stopped', async () => {
    const dump = await dumpOf('wd_start(&g_wdog, 2, endless, 0);');
    expect(dump.interrupt).toBe(true);
    expect(dump.reason).toContain('does not come to its end');
    expect(functions(dump)).toEqual(['endless']);
  });
});
