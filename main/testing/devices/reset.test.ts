import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/timers/watchdog.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>

static int g_fd;
static struct watchdog_status_s g_status;
static struct watchdog_capture_s g_capture;
static struct boardioc_reset_cause_s g_cause;
static volatile int g_bites;
static int g_irq;

static int bite(int irq, FAR void *context, FAR void *arg)
{
  g_bites++;
  g_irq = irq;
  return 0;
}

static int flags(void)
{
  return ioctl(g_fd, WDIOC_GETSTATUS, &g_status) < 0 ? -1 : (int)g_status.flags;
}

static int capture(xcpt_t handler)
{
  g_capture.newhandler = handler;
  return ioctl(g_fd, WDIOC_CAPTURE, &g_capture);
}

/* Feeds it for longer than it would wait. */

static int feed(int how)
{
  for (int i = 0; i < 5; i++)
    {
      usleep(50000);
      if (how == 0) ioctl(g_fd, WDIOC_KEEPALIVE, 0);
      else write(g_fd, "x", 1);
    }

  return 0;
}
`;

test('/dev/watchdog0: every ioctl and its errors; a handler instead of the reset', () =>
  expectCalls(
    setup,
    [
      ['g_fd = open("/dev/watchdog0", O_RDWR)', 3],
      ['read(g_fd, &g_status, 4)', 0],
      ['ioctl(g_fd, WDIOC_GETSTATUS, NULL)', 'EINVAL'],
      ['ioctl(g_fd, WDIOC_CAPTURE, NULL)', 'EINVAL'],
      ['ioctl(g_fd, WDIOC_SETTIMEOUT, 0)', 'ERANGE'],
      ['ioctl(g_fd, WDIOC_SETTIMEOUT, 40000)', 'ERANGE'],
      ['ioctl(g_fd, 0x02ff, 0)', 'ENOTTY'],
      ['flags()', 2],
      ['g_status.timeout', 2000],
      ['g_status.timeleft', 0],
      ['ioctl(g_fd, WDIOC_KEEPALIVE, 0)', 0],
      ['flags()', 2],
      ['ioctl(g_fd, WDIOC_SETTIMEOUT, 100)', 0],
      ['ioctl(g_fd, WDIOC_START, 0)', 0],
      ['flags()', 3],
      ['g_status.timeleft', 100],
      ['feed(0)', 0],
      ['feed(1)', 0],
      ['ioctl(g_fd, WDIOC_STOP, 0)', 0],
      ['flags()', 2],
      ['usleep(200000)', 0],
      // A V in what is written stops it, too.
      ['ioctl(g_fd, WDIOC_START, 0)', 0],
      ['write(g_fd, "aVb", 3)', 3],
      ['flags()', 2],
      ['capture(bite)', 0],
      ['g_capture.oldhandler == NULL', 1],
      ['flags()', 4],
      ['ioctl(g_fd, WDIOC_START, 0)', 0],
      ['usleep(250000)', 0],
      ['g_bites', 2],
      ['g_irq', 12],
      ['ioctl(g_fd, WDIOC_STOP, 0)', 0],
      ['capture(NULL)', 0],
      ['g_capture.oldhandler == bite', 1],

      // boardctl, but for what does not return.
      ['boardctl(BOARDIOC_INIT, 0) + boardctl(BOARDIOC_FINALINIT, 0)', 0],
      ['boardctl(0xff77, 0)', 'ENOTTY'],
      ['boardctl(BOARDIOC_RESET_CAUSE, 0)', 'EINVAL'],
      ['boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&g_cause)', 0],
      ['g_cause.cause == BOARDIOC_RESETCAUSE_SYS_CHIPPOR', 1],
    ],
    controller,
  ));

/** Boots four times: by power, twice by boardctl, once since the watchdog is not fed; the flash counts from 255 on. */
const source = `#include <fcntl.h>
#include <nuttx/mtd/mtd.h>
#include <nuttx/timers/watchdog.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int g_ram = 7;
static int g_zero;

static int spin(int argc, char *argv[])
{
  volatile uint32_t x = 0;
  for (;;) x++;
}

int main(int argc, char *argv[])
{
  struct boardioc_reset_cause_s cause;
  struct watchdog_capture_s none = { 0 };
  struct timespec up, real;
  uint8_t boots;
  int flash = open("/dev/mtdblock0", O_RDWR);
  int dog = open("/dev/watchdog0", O_RDWR);
  read(flash, &boots, 1);
  boots++;
  lseek(flash, 0, SEEK_SET);
  write(flash, &boots, 1);
  boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&cause);
  clock_gettime(CLOCK_MONOTONIC, &up);
  clock_gettime(CLOCK_REALTIME, &real);
  printf("boot %d cause %d flag %d ram %d zero %d up %d real %d pid %d\\n", boots, cause.cause, (int)cause.flag, g_ram,
         g_zero, up.tv_sec < 1, (int)((real.tv_sec - 1451606400) * 1000 + real.tv_nsec / 1000000), getpid());
  g_ram = g_zero = boots;
  malloc(1000);
  task_create("spin", 90, 2048, spin, NULL);
  usleep(123456);
  if (boots < 2) boardctl(BOARDIOC_RESET, boots + 1);
  if (boots == 2)
    {
      ioctl(dog, WDIOC_SETTIMEOUT, 300);
      ioctl(dog, WDIOC_START, 0);
      for (;;) sleep(1);
    }

  boardctl(BOARDIOC_POWEROFF, 0);
  printf("not here\\n");
  return 0;
}
`;

test('boardctl(BOARDIOC_RESET) and the watchdog boot the board again: RAM is new, flash and clock go on', async () => {
  const firmware = await compile(source, controller);
  const target = firmware.boot();
  expect(target.finish()).toBe('ended');
  expect(target.dump?.text).toBeUndefined();
  const [, pid] = /pid (\d+)/.exec(target.console)!;
  const line = (start: string) => expect.stringMatching(`^${start} ram 7 zero 0 up 1 real \\d+ pid ${pid}$`) as string;
  expect(target.lines).toEqual([
    line('boot 0 cause 1 flag 0'),
    line('boot 1 cause 9 flag 1'),
    line('boot 2 cause 9 flag 2'),
    line('boot 3 cause 2 flag 0'),
  ]);
  // CLOCK_REALTIME has the RTC's time, which a reset does not stop.
  const real = target.lines.map((text) => Number(/real (\d+)/.exec(text)![1]));
  const gaps = real.slice(1).map((at, i) => at - real[i]!);
  expect(gaps[0]).toBeGreaterThanOrEqual(123);
  expect(gaps[1]! - gaps[0]!).toBeLessThanOrEqual(1);
  expect(gaps[2]! - gaps[1]!).toBeGreaterThanOrEqual(299);

  const resets = target.events('reset');
  expect(resets.map(({ cause, flag }) => [cause, flag])).toEqual([
    ['software', 1],
    ['software', 2],
    ['watchdog', 0],
  ]);
  // What begins at boot is in the log each time, at the time of the boot.
  const starts = target.events('start').map(({ t }) => t);
  for (const { t } of resets) expect(starts).toContain(t);
  const times = target.events('syscall_enter').map(({ t }) => Number(t));
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a run in pieces, from checkpoints and backwards over resets is the run in one', async () => {
  const firmware = await compile(source, controller);
  const whole = firmware.boot();
  whole.finish();
  const pieces = firmware.boot();
  while (pieces.run({ entries: pieces.machine.position + 7 }) === 'limit');
  expect(Buffer.from(pieces.log.buffer).equals(Buffer.from(whole.log.buffer))).toBe(true);
  expect(pieces.machine.hash()).toBe(whole.machine.hash());

  const { machine } = pieces;
  machine.reset();
  const boot = machine.hash();
  expect(boot).toBe(firmware.boot().machine.hash());
  expectCheckpointsHold(firmware.boot(), 10);
});

const outside = `#include <fcntl.h>
#include <fixedmath.h>
#include <nuttx/analog/adc.h>
#include <nuttx/analog/ioctl.h>
#include <nuttx/input/buttons.h>
#include <stdio.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct boardioc_reset_cause_s cause;
  struct adc_msg_s sample;
  btn_buttonset_t buttons;
  b16_t temperature;
  int adc = open("/dev/adc0", O_RDONLY);
  usleep(200000);
  ioctl(adc, ANIOC_TRIGGER, 0);
  read(adc, &sample, sizeof(sample));
  read(open("/dev/buttons", O_RDONLY), &buttons, sizeof(buttons));
  read(open("/dev/temp0", O_RDONLY), &temperature, sizeof(temperature));
  printf("%d %d %d\\n", (int)sample.am_data, (int)buttons, b16toi(temperature));
  boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&cause);
  usleep(200000); /* The line has left the UART. */
  if (cause.flag < 2) boardctl(BOARDIOC_RESET, cause.flag + 1);
  return 0;
}
`;

test('what is set from outside stays set over a reset', async () => {
  const target = (await compile(outside, controller)).boot();
  const set = (device: string, channel: number, value: number) =>
    target.machine.input({ device, value: { type: 'value', channel, value } });
  target.run({ ticks: 5 });
  set('adc0', 0, 1.65);
  set('buttons', 1, 1);
  set('temp0', 0, 33);
  target.run({ ticks: 30 });
  set('buttons', 0, 1);
  target.finish();
  expect(target.lines).toEqual(['2048 2 33', '2048 3 33', '2048 3 33']);
});
