/** More interrupts than a CPU can take: time goes on all the same, and a run can end anywhere. */
import { expect, test } from 'vitest';
import { compile } from '../firmware';

const includes = `#include <nuttx/config.h>
#include <nuttx/arch.h>
#include <nuttx/irq.h>
#include <nuttx/timers/timer.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define IRQ 40
static volatile int g_count;
`;
const boot = async (source: string) => (await compile(includes + source, { board: 'controller' })).boot();

test('a handler that raises its own interrupt does not keep a run from ending', async () => {
  const machine = await boot(`
static int handler(int irq, FAR void *context, FAR void *arg)
{
  g_count++;
  up_trigger_irq(IRQ, 0);
  return 0;
}

int main(void)
{
  irq_attach(IRQ, handler, NULL);
  up_trigger_irq(IRQ, 0);
  usleep(50000);
  return 0;
}
`);
  for (let ticks = 1; ticks <= 3; ticks++) {
    expect(machine.run({ ticks })).toBe('limit');
    expect(machine.machine.ticks).toBe(ticks);
  }
  const { position } = machine.machine;
  expect(machine.run({ entries: position + 7 })).toBe('limit');
  expect(machine.machine.position).toBe(position + 7);
});

test('a timer that is faster than its handler: nothing lags behind, in pieces of any size', async () => {
  const source = `
static int handler(int irq, FAR void *context, FAR void *arg)
{
  up_udelay(100);
  return ++g_count;
}

int main(void)
{
  int fd = open("/dev/timer0", O_RDWR);
  struct timer_notify_s notify = { .periodic = true };
  irq_attach(10, handler, NULL);
  ioctl(fd, TCIOC_SETTIMEOUT, 1);
  ioctl(fd, TCIOC_NOTIFICATION, &notify);
  ioctl(fd, TCIOC_START, 0);
  for (;;);
}
`;
  const whole = await boot(source);
  expect(whole.run({ ticks: 20 })).toBe('limit');
  // As many as there is time for.
  const taken = whole.events('irq_enter').filter(({ irq }) => irq === 10);
  expect(taken.length).toBeGreaterThan(1900);
  expect(taken.length).toBeLessThanOrEqual(2000);
  const { machine } = whole;
  expect(machine.timeNs).toBeLessThan(201e6);
  expect(machine.kernel.state.events[0]!.cycle).toBeGreaterThan(machine.cycles - 20_000);

  const pieces = await boot(source);
  while (pieces.run({ ticks: 20, entries: pieces.machine.position + 13 }) === 'limit' && pieces.machine.ticks < 20);
  expect(pieces.machine.hash()).toBe(machine.hash());
});

test('a handler may keep the CPU longer than 32 bits of cycles can say', async () => {
  const machine = await boot(`
static int handler(int irq, FAR void *context, FAR void *arg)
{
  up_mdelay(25000);
  return 0;
}

int main(void)
{
  struct timespec now;
  irq_attach(IRQ, handler, NULL);
  up_trigger_irq(IRQ, 0);
  up_udelay(20);
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("%d\\n", (int)now.tv_sec);
  return 0;
}
`);
  expect(machine.finish()).toBe('ended');
  expect(machine.lines).toEqual(['25']);
});

test('a run can end between interrupts that come at once, while nothing else runs', async () => {
  const machine = await boot(`
static int handler(int irq, FAR void *context, FAR void *arg)
{
  up_udelay(3);
  return ++g_count;
}

int main(void)
{
  for (int i = 0; i < 2; i++)
    {
      char path[16];
      snprintf(path, sizeof(path), "/dev/timer%d", i);
      int fd = open(path, O_RDWR);
      struct timer_notify_s notify = { .periodic = true };
      irq_attach(10 + i, handler, NULL);
      ioctl(fd, TCIOC_SETTIMEOUT, 400);
      ioctl(fd, TCIOC_NOTIFICATION, &notify);
      ioctl(fd, TCIOC_START, 0);
    }

  up_trigger_irq(10, 0);
  up_trigger_irq(11, 0);
  usleep(1000000);
  return 0;
}
`);
  for (let entries = machine.machine.position; machine.machine.ticks < 3; entries++) {
    expect(machine.run({ entries })).toBe('limit');
    expect(machine.machine.position).toBe(entries);
  }
});
