import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/arch.h>
#include <nuttx/irq.h>
#include <poll.h>
#include <signal.h>
#include <sched.h>
#include <sys/ioctl.h>

#define IRQ   40
#define OTHER 41

static volatile int g_count;
static volatile int g_inside;
static volatile int g_order;
static volatile int g_argument;
static sem_t g_sem;
static irqstate_t g_flags;
static irqstate_t g_inner;
static clock_t g_start;
static uint64_t g_ns;

static int handler(int irq, FAR void *context, FAR void *arg)
{
  g_count++;
  g_inside = up_interrupt_context();
  g_order = 10 * g_order + irq % 10;
  g_argument = (int)arg;
  return 0;
}

static int us(void)
{
  struct timespec now;
  uint64_t before = g_ns;
  clock_gettime(CLOCK_MONOTONIC, &now);
  g_ns = now.tv_sec * 1000000000ull + now.tv_nsec;
  return (g_ns - before) / 1000;
}

static int trigger(int irq)
{
  up_trigger_irq(irq, 0);
  up_udelay(20);
  return g_count;
}
`;

test('irq_attach, irq_detach, up_enable_irq, up_disable_irq, up_prioritize_irq, up_trigger_irq, up_interrupt_context', () =>
  expectCalls(
    setup,
    [
      ['irq_attach(-1, handler, NULL) == -EINVAL', 1],
      ['irq_attach(64, handler, NULL) == -EINVAL', 1],
      ['irq_attach(0, handler, NULL) == -EINVAL', 1],
      ['irq_attach(IRQ, handler, (FAR void *)7)', 0],
      ['up_interrupt_context()', 0],
      ['trigger(IRQ)', 1],
      ['g_inside', 1],
      ['g_argument', 7],
      ['(up_disable_irq(IRQ), trigger(IRQ))', 1],
      // It was pending all the time.
      ['(up_enable_irq(IRQ), up_udelay(20), g_count)', 2],
      ['irq_detach(IRQ)', 0],
      ['trigger(IRQ)', 2],

      // Of those that are pending together the one of the lowest priority number comes first, of equals that of the lowest number.
      ['irq_attach(IRQ, handler, NULL) + irq_attach(OTHER, handler, NULL)', 0],
      ['(g_order = 0, g_flags = enter_critical_section(), up_trigger_irq(OTHER, 0), up_trigger_irq(IRQ, 0), leave_critical_section(g_flags), up_udelay(20), g_order)', 1],
      ['up_prioritize_irq(OTHER, 16)', 0],
      ['(g_order = 0, g_flags = enter_critical_section(), up_trigger_irq(IRQ, 0), up_trigger_irq(OTHER, 0), leave_critical_section(g_flags), up_udelay(20), g_order)', 10],
      ['up_prioritize_irq(OTHER, 256) == -EINVAL', 1],
      ['up_prioritize_irq(99, 1) == -EINVAL', 1],
      // Twice while it is kept off is once.
      ['(g_count = 0, g_flags = up_irq_save(), up_trigger_irq(IRQ, 0), up_trigger_irq(IRQ, 0), up_irq_restore(g_flags), up_udelay(20), g_count)', 1],
    ],
    controller,
  )); // prettier-ignore

test('enter_critical_section, leave_critical_section, up_irq_save, up_irq_restore keep interrupts and ticks off', () =>
  expectCalls(
    setup,
    [
      ['irq_attach(IRQ, handler, NULL)', 0],
      ['(g_flags = enter_critical_section(), g_inner = enter_critical_section(), g_flags + 10 * g_inner)', 10],
      ['trigger(IRQ)', 0],
      ['(leave_critical_section(g_inner), up_udelay(20), g_count)', 0],
      ['(leave_critical_section(g_flags), up_udelay(20), g_count)', 1],
      // Who sleeps in a critical section lets others have their interrupts, and is in it again behind that.
      ['(g_flags = enter_critical_section(), up_trigger_irq(IRQ, 0), usleep(20000), g_count)', 2],
      ['trigger(IRQ)', 2],
      ['(leave_critical_section(g_flags), up_udelay(20), g_count)', 3],
      ['(up_irq_disable(), trigger(IRQ))', 3],
      ['(up_irq_enable(), up_udelay(20), g_count)', 4],
    ],
    controller,
  )); // prettier-ignore

test('up_udelay and up_mdelay take their time', () =>
  expectCalls(
    setup,
    [
      ['(us(), up_udelay(123), g_count = us(), g_count >= 123 && g_count < 130)', 1],
      ['(us(), up_mdelay(35), g_count = us(), g_count >= 35000 && g_count < 35010)', 1],
      ['(up_udelay(0), up_mdelay(0), 0)', 0],
    ],
    controller,
  ));

test('others run while a task is busy waiting, and ticks that were kept off are not lost', async () => {
  const { lines } = (
    await compile(
      `#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include <nuttx/clock.h>
${setup}
static volatile int g_woken;

static void *sleeper(void *arg)
{
  for (;;)
    {
      usleep(10000);
      g_woken++;
    }
}

int main(int argc, char *argv[])
{
  pthread_t thread;
  pthread_attr_t attr;
  struct sched_param param = { .sched_priority = 200 };
  pthread_attr_init(&attr);
  pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedparam(&attr, &param);
  pthread_create(&thread, &attr, sleeper, NULL);
  up_mdelay(100);
  printf("%d\\n", g_woken);
  irqstate_t flags = enter_critical_section();
  int before = g_woken;
  clock_t start = clock_systime_ticks();
  up_mdelay(100);
  int kept = g_woken;
  leave_critical_section(flags);
  printf("%d %d\\n", kept - before, g_woken > before);
  usleep(100000);
  printf("%d\\n", (int)(clock_systime_ticks() - start));
  return 0;
}
`,
      controller,
    )
  ).run();
  expect(lines).toEqual(['5', '0 1', '21']);
});

test('the latency of an interrupt, and what its handler may do: semaphores, signals, messages, poll', async () => {
  const machine = (
    await compile(
      `#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
${setup}
static mqd_t g_queue;
static pid_t g_main;

static int isr(int irq, FAR void *context, FAR void *arg)
{
  sem_post(&g_sem);
  mq_send(g_queue, "x", 1, 1);
  kill(g_main, SIGUSR1);
  return 0;
}

static void caught(int signo)
{
  printf("signal\\n");
}

static void *waiter(void *arg)
{
  sem_wait(&g_sem);
  printf("semaphore\\n");
  return NULL;
}

int main(int argc, char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 8 };
  pthread_t thread;
  sigset_t set;
  g_main = getpid();
  sem_init(&g_sem, 0, 0);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  signal(SIGUSR1, caught);
  pthread_create(&thread, NULL, waiter, NULL);
  sigprocmask(SIG_BLOCK, &set, NULL);
  g_queue = mq_open("/q", O_RDWR | O_CREAT, 0666, &attr);
  irq_attach(4, isr, NULL);
  struct pollfd one = { .fd = g_queue, .events = POLLIN };
  int result = poll(&one, 1, -1);
  printf("poll %d %d\\n", result, one.revents);
  pthread_join(thread, NULL);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  return 0;
}
`,
      controller,
    )
  ).boot();
  // An interrupt of a button is all that can come.
  expect(machine.finish()).toBe('limit');
  const { timeNs } = machine.machine;
  machine.machine.input({ device: 'buttons', value: { type: 'value', channel: 0, value: 1 } });
  expect(machine.finish()).toBe('ended');
  expect([...machine.lines].sort()).toEqual(['poll 1 1', 'semaphore', 'signal']);
  expect(machine.events('irq_enter').filter(({ irq }) => irq === 4)).toMatchObject([{ t: timeNs + 5000 }]);
});

test('a handler that waits stops the board', async () => {
  const { dump } = (
    await compile(
      `#include <semaphore.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
${setup}
static int isr(int irq, FAR void *context, FAR void *arg)
{
  sem_wait(&g_sem);
  return 0;
}

int main(int argc, char *argv[])
{
  sem_init(&g_sem, 0, 0);
  irq_attach(IRQ, isr, NULL);
  up_trigger_irq(IRQ, 0);
  up_mdelay(1);
  return 0;
}
`,
      controller,
    )
  ).run();
  expect(dump?.text).toContain('sem_wait called from an interrupt handler');
});

test('a task that keeps interrupts off for ever can be stopped, and time goes on', async () => {
  const machine = (
    await compile(
      `#include <nuttx/irq.h>
int main(void)
{
  enter_critical_section();
  for (volatile int i = 0; ; i++);
}
`,
      controller,
    )
  ).boot();
  for (let ticks = 1; ticks <= 5; ticks++) {
    expect(machine.run({ ticks })).toBe('limit');
    expect(machine.machine.ticks).toBe(ticks);
  }
});

test('checkpoints hold in a busy wait and in a critical section', async () => {
  const machine = (
    await compile(
      `#include <stdio.h>
#include <stdint.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>
${setup}
int main(int argc, char *argv[])
{
  irq_attach(IRQ, handler, NULL);
  up_mdelay(25);
  g_flags = enter_critical_section();
  up_trigger_irq(IRQ, 0);
  up_mdelay(25);
  leave_critical_section(g_flags);
  up_udelay(20);
  printf("%d\\n", g_count);
  return 0;
}
`,
      controller,
    )
  ).boot();
  expect(expectCheckpointsHold(machine)).toEqual(['1']);
});
