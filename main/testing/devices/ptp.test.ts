import { expect, test } from 'vitest';
import type { Oscillator } from '../../../kernel/clock/oscillator';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile, type TestMachine } from '../firmware';

const controller = { board: 'controller' };
const steady = { tolerancePpm: 0, driftPpmPerDay: 0, wanderPpb: 0, noiseNs: 0 };

const setup = `#include <nuttx/timers/ptp_clock.h>
#include <sys/ioctl.h>
#include <sys/timex.h>

static int g_fd;
static clockid_t g_clock;
static struct timespec g_ts;
static struct timex g_tx;
static struct ptp_clock_caps g_caps;
static struct ptp_sys_offset g_offset;
static struct ptp_sys_offset_extended g_extended;
static struct ptp_sys_offset_precise g_precise;
static struct ptp_statistics_s g_statistics;

static int open_clock(void)
{
  g_fd = open("/dev/ptp0", O_RDWR);
  g_clock = (g_fd << CLOCK_SHIFT) | CLOCK_FD;
  return g_fd;
}

static struct timespec *ts(time_t sec, long nsec)
{
  g_ts.tv_sec = sec;
  g_ts.tv_nsec = nsec;
  return &g_ts;
}

static struct timex *tx(unsigned int modes, long freq, time_t sec, long sub)
{
  memset(&g_tx, 0, sizeof(g_tx));
  g_tx.modes = modes;
  g_tx.freq = freq;
  g_tx.offset = sub;
  g_tx.time.tv_sec = sec;
  g_tx.time.tv_usec = sub;
  return &g_tx;
}

/* Microseconds that the clock shows. */

static int shown(void)
{
  return ioctl(g_fd, PTP_CLOCK_GETTIME, &g_ts) < 0 ? -1 : (int)(g_ts.tv_sec % 1000 * 1000000 + g_ts.tv_nsec / 1000);
}

static int since(int before)
{
  return shown() - before;
}

static int g_before;

static int between(int value, int low, int high)
{
  return value >= low && value <= high ? 1 : value;
}

static int64_t ns_of(struct ptp_clock_time *time)
{
  return time->sec * 1000000000 + time->nsec;
}
`;

test('/dev/ptp0 is set, read and adjusted with ioctl', async () => {
  await expectCalls(
    setup,
    [
      ['open_clock() >= 0', 1],
      ['ioctl(g_fd, PTP_CLOCK_SETTIME, ts(1000000007, 500000000))', 0],
      ['ioctl(g_fd, PTP_CLOCK_GETTIME, &g_ts)', 0],
      ['g_ts.tv_sec == 1000000007 && g_ts.tv_nsec >= 500000000 && g_ts.tv_nsec < 500100000', 1],
      ['ioctl(g_fd, PTP_CLOCK_SETTIME, ts(1, 1000000000))', 'EINVAL'],
      ['ioctl(g_fd, PTP_CLOCK_SETTIME, NULL)', 'EINVAL'],
      ['ioctl(g_fd, PTP_CLOCK_GETTIME, NULL)', 'EINVAL'],
      ['ioctl(g_fd, PTP_CLOCK_GETRES, &g_ts)', 0],
      ['g_ts.tv_sec == 0 && g_ts.tv_nsec == 1', 1],
      ['ioctl(g_fd, PTP_CLOCK_GETRES, NULL)', 'EINVAL'],
    ],
    controller,
  );
});

test('/dev/ptp0 is stepped, and its rate set, by struct timex', async () => {
  await expectCalls(
    setup,
    [
      ['open_clock() >= 0', 1],
      ['ioctl(g_fd, PTP_CLOCK_SETTIME, ts(100, 0))', 0],
      ['(g_before = shown()) > 0', 1],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_SETOFFSET, 0, 5, 250000))', 0],
      ['between(since(g_before), 5250000, 5250100)', 1],
      ['(g_before = shown()) > 0', 1],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_SETOFFSET | ADJ_NANO, 0, -1, 999000000))', 0],
      ['between(since(g_before), -1000, -900)', 1],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_SETOFFSET, 0, 0, 1000000))', 'EINVAL'],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_SETOFFSET, 0, 0, -1))', 'EINVAL'],
      ['(g_before = shown()) > 0', 1],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_OFFSET | ADJ_NANO, 0, 0, -2000000))', 0],
      ['between(since(g_before), -2000, -1900)', 1],
      // 100 ppm faster, then 500, the most: in 100 ms 50 us.
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_FREQUENCY, 100 * 65536, 0, 0))', 0],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(0, 0, 0, 0))', 0],
      ['g_tx.freq == 100 * 65536', 1],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_FREQUENCY, 500 * 65536, 0, 0))', 0],
      ['(g_before = shown()) > 0 && clock_gettime(CLOCK_MONOTONIC, &g_ts) == 0', 1],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_FREQUENCY, 501 * 65536, 0, 0))', 'ERANGE'],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_FREQUENCY, -501 * 65536, 0, 0))', 'ERANGE'],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, tx(ADJ_STATUS, 0, 0, 0))', 'ENOTSUP'],
      ['ioctl(g_fd, PTP_CLOCK_ADJTIME, NULL)', 'EINVAL'],
      ['ioctl(g_fd, PTP_CLOCK_GETCAPS, &g_caps)', 0],
      ['g_caps.max_adj == 500000 && g_caps.cross_timestamping && g_caps.adjust_phase', 1],
      ['ioctl(g_fd, PTP_CLOCK_GETCAPS2, NULL)', 'EINVAL'],
      ['ioctl(g_fd, 0x4577, 0)', 'ENOTTY'],
    ],
    controller,
  );
});

test('PTP_SYS_OFFSET and its kin compare /dev/ptp0 with CLOCK_REALTIME', async () => {
  await expectCalls(
    `${setup}
static int sampled(void)
{
  for (int i = 0; i < 3; i++)
    {
      int64_t before = ns_of(&g_offset.ts[2 * i]);
      int64_t after = ns_of(&g_offset.ts[2 * i + 2]);
      int64_t device = ns_of(&g_offset.ts[2 * i + 1]);
      int64_t apart = before - device;
      if (after - before != 200 || apart < 0)
        {
          return i;
        }
    }

  return 3;
}
`,
    [
      ['open_clock() >= 0', 1],
      ['(g_offset.n_samples = 3)', 3],
      ['ioctl(g_fd, PTP_SYS_OFFSET, &g_offset)', 0],
      ['sampled()', 3],
      ['(g_offset.n_samples = 26)', 26],
      ['ioctl(g_fd, PTP_SYS_OFFSET2, &g_offset)', 'EINVAL'],
      ['ioctl(g_fd, PTP_SYS_OFFSET, NULL)', 'EINVAL'],
      ['(g_extended.n_samples = 2)', 2],
      ['ioctl(g_fd, PTP_SYS_OFFSET_EXTENDED, &g_extended)', 0],
      ['ns_of(&g_extended.ts[1][2]) - ns_of(&g_extended.ts[1][0])', 200],
      ['ns_of(&g_extended.ts[1][0]) - ns_of(&g_extended.ts[0][0])', 200],
      ['between(ns_of(&g_extended.ts[1][1]) - ns_of(&g_extended.ts[0][1]), 140, 260)', 1],
      ['(g_extended.rsv[1] = 1)', 1],
      ['ioctl(g_fd, PTP_SYS_OFFSET_EXTENDED2, &g_extended)', 'EINVAL'],
      ['ioctl(g_fd, PTP_SYS_OFFSET_PRECISE, &g_precise)', 0],
      ['between(ns_of(&g_precise.sys_monoraw) - ns_of(&g_precise.device), -10000, 10000)', 1],
      ['g_precise.sys_realtime.sec > 1000000000', 1],
      ['ioctl(g_fd, PTP_SYS_OFFSET_PRECISE2, NULL)', 'EINVAL'],
      ['(g_statistics.sync = 42)', 42],
      ['ioctl(g_fd, PTP_CLOCK_SETSTATS, &g_statistics)', 0],
      ['(g_statistics.sync = 0)', 0],
      ['ioctl(g_fd, PTP_CLOCK_GETSTATS, &g_statistics)', 0],
      ['g_statistics.sync', 42],
      ['ioctl(g_fd, PTP_CLOCK_GETSTATS, NULL)', 'EINVAL'],
    ],
    controller,
  );
});

test('clock ids are made of its descriptor: clock_gettime, clock_settime, clock_getres, clock_adjtime', async () => {
  await expectCalls(
    setup,
    [
      ['open_clock() >= 0', 1],
      ['clock_settime(g_clock, ts(2000000000, 5))', 0],
      ['clock_gettime(g_clock, &g_ts)', 0],
      ['g_ts.tv_sec == 2000000000 && g_ts.tv_nsec >= 5 && g_ts.tv_nsec < 100000', 1],
      ['clock_getres(g_clock, &g_ts)', 0],
      ['g_ts.tv_nsec', 1],
      ['clock_adjtime(g_clock, tx(ADJ_FREQUENCY, 65536, 0, 0))', 0],
      ['clock_adjtime(g_clock, tx(ADJ_FREQUENCY, 501 * 65536, 0, 0))', 'ERANGE'],
      ['clock_adjtime(g_clock, tx(ADJ_TICK, 0, 0, 0))', 'ENOTSUP'],
      ['clock_adjtime(g_clock, tx(ADJ_SETOFFSET, 0, 0, 1000000))', 'EINVAL'],
      ['clock_adjtime(g_clock, NULL)', 'EINVAL'],
      ['clock_adjtime(CLOCK_MONOTONIC, tx(0, 0, 0, 0))', 'EINVAL'],
      ['clock_settime(g_clock, ts(0, 1000000000))', 'EINVAL'],
      ['clock_gettime(g_clock, NULL)', 'EINVAL'],
      // Standard output is no clock, and other descriptors are nothing.
      ['clock_gettime((1 << CLOCK_SHIFT) | CLOCK_FD, &g_ts)', 'EINVAL'],
      ['clock_gettime((99 << CLOCK_SHIFT) | CLOCK_FD, &g_ts)', 'EBADF'],
      ['clock_settime((99 << CLOCK_SHIFT) | CLOCK_FD, ts(0, 0))', 'EBADF'],
      ['clock_getres((99 << CLOCK_SHIFT) | CLOCK_FD, &g_ts)', 'EBADF'],
      ['clock_adjtime((99 << CLOCK_SHIFT) | CLOCK_FD, tx(0, 0, 0, 0))', 'EBADF'],
      ['close(g_fd)', 0],
      ['clock_gettime(g_clock, &g_ts)', 'EBADF'],
    ],
    controller,
  );
});

const logger = `#include <fcntl.h>
#include <nuttx/timers/ptp_clock.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Says now and then how long it runs, and how far the PTP clock is ahead then, in nanoseconds. Read more often if told to. */

int main(int argc, FAR char *argv[])
{
  int fd = open("/dev/ptp0", O_RDWR);
  int often = atoi(argv[1]);
  long ppb = atoi(argv[2]);
  struct ptp_sys_offset_precise offset;
  struct timex tx = { .modes = ADJ_FREQUENCY, .freq = ppb * 65536 / 1000 };
  ioctl(fd, PTP_CLOCK_ADJTIME, &tx);
  for (int i = 0; i < 5; i++)
    {
      struct timespec now;
      for (int j = 0; j < 50; j++)
        {
          usleep(20000);
          if (often) ioctl(fd, PTP_CLOCK_GETTIME, &now);
        }

      ioctl(fd, PTP_SYS_OFFSET_PRECISE, &offset);
      int64_t since = offset.sys_monoraw.sec * 1000000000 + offset.sys_monoraw.nsec;
      printf("%lld %lld\\n", since, offset.device.sec * 1000000000 + offset.device.nsec - since);
    }

  return 0;
}
`;

/** Runs it; gives times and how far the clock is ahead then. */
function ahead(machine: TestMachine): [sinceNs: number, aheadNs: number][] {
  machine.finish();
  expect(machine.lines).toHaveLength(5);
  return machine.lines.map((line) => line.split(' ').map(Number) as [number, number]);
}

test('the oscillator is off by its ppm and drifts; the rate that is set adds up without loss', async () => {
  const firmware = await compile(logger, controller);
  const run = (oscillator: Partial<Oscillator>, ppb = '0') =>
    ahead(firmware.boot(['0', ppb], { oscillator: { ...steady, ...oscillator } }));
  for (const [since, ns] of run({ ppm: 10 })) expect(ns).toBe(Math.floor(since / 1e5));
  for (const [since, ns] of run({ ppm: -0.5 })) expect(ns).toBe(Math.floor(-since / 2e6));
  // The rate was set some microseconds after power on. What -10 ppm leave of +10 ppm is their product.
  for (const [, ns] of run({ ppm: 10 }, '-10000')) expect(Math.abs(ns)).toBeLessThanOrEqual(1);
  for (const [since, ns] of run({}, '12345')) expect(Math.abs(ns - since * 12.345e-6)).toBeLessThan(20);
  // One ppm a second: half of that times the square of the time.
  for (const [since, ns] of run({ driftPpmPerDay: 86_400 })) expect(Math.abs(ns - since ** 2 / 2e15)).toBeLessThan(1);
});

test('what the clock shows does not depend on how often it is read', async () => {
  const firmware = await compile(logger, controller);
  const oscillator = { ...steady, ppm: 0, wanderPpb: 1000 };
  const [seldom, often] = ['0', '1'].map((how) => ahead(firmware.boot([how, '0'], { oscillator })));
  // The readings take time, so the others come a little later.
  seldom!.forEach(([, ns], i) => expect(Math.abs(ns - often![i]![1])).toBeLessThanOrEqual(1));
  expect(new Set(seldom!.map(([, ns]) => ns)).size).toBe(5);
});

test('boards of different seeds have different oscillators, and a seed always the same', async () => {
  const firmware = await compile(logger, controller);
  const run = (seed: number) => ahead(firmware.boot(['0', '0'], { seed }));
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
});

test('going back finds the same clock again', async () => {
  const firmware = await compile(logger, controller);
  expectCheckpointsHold(firmware.boot(['1', '100']), 8);
});
