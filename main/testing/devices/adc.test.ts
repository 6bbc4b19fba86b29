import { beforeAll, expect, test } from 'vitest';
import type { Generator } from '../../../boards/device';
import { adc } from '../../../boards/devices/adc';
import { findBoard } from '../../../boards/board';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile, type TestFirmware } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/analog/adc.h>
#include <nuttx/analog/ioctl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>

static int g_fd, g_block;
static struct adc_msg_s g_msgs[16];
static uint8_t g_bytes[16];
static struct pollfd g_poll;

static int trigger(void)
{
  int result = ioctl(g_fd, ANIOC_TRIGGER, 0);
  usleep(10000);
  return result;
}

static int poll_it(int timeout)
{
  g_poll = (struct pollfd) { .fd = g_block, .events = POLLIN };
  return poll(&g_poll, 1, timeout);
}

static void caught(int signo)
{
}

static int killer(int argc, FAR char *argv[])
{
  usleep(20000);
  kill(atoi(argv[1]), SIGUSR1);
  return 0;
}

static int converter(int argc, FAR char *argv[])
{
  usleep(20000);
  return ioctl(g_fd, ANIOC_TRIGGER, 0);
}

static int start(main_t entry)
{
  static char pid[8];
  FAR char *args[] = { pid, NULL };
  snprintf(pid, sizeof(pid), "%d", getpid());
  signal(SIGUSR1, caught);
  return task_create("helper", 90, 2048, entry, args) > 0;
}
`;

test('/dev/adc0: every ioctl, its errors, what read gives and poll', () =>
  expectCalls(
    setup,
    [
      ['sizeof(struct adc_msg_s)', 5],
      ['g_fd = open("/dev/adc0", O_RDONLY | O_NONBLOCK)', 3],
      ['g_block = open("/dev/adc0", O_RDONLY)', 4],
      ['ioctl(g_fd, ANIOC_GET_NCHANNELS, 0)', 4],
      ['ioctl(g_fd, 0x0bff, 0)', 'ENOTTY'],
      ['write(g_fd, g_bytes, 1)', 'EACCES'],
      ['read(g_fd, g_msgs, 20)', 'EAGAIN'],
      ['ioctl(g_fd, ANIOC_SAMPLES_ON_READ, 0)', 0],
      ['poll_it(0)', 0],
      ['trigger()', 0],
      ['ioctl(g_fd, ANIOC_SAMPLES_ON_READ, 0)', 4],
      ['poll_it(0)', 1],
      ['read(g_fd, g_msgs, 15)', 15],
      ['g_msgs[0].am_channel + g_msgs[1].am_channel * 10 + g_msgs[2].am_channel * 100', 210],
      ['read(g_fd, g_msgs, 15)', 5],
      ['g_msgs[0].am_channel', 3],
      // Other sizes give less of each sample: a channel and 24 or 16 bits, or 16 or 8 bits.
      ['trigger() + read(g_fd, g_bytes, 4)', 4],
      ['read(g_fd, g_bytes, 3) + read(g_fd, g_bytes, 2) + read(g_fd, g_bytes, 1)', 6],
      // Seven samples have room.
      ['trigger() + trigger() + ioctl(g_fd, ANIOC_SAMPLES_ON_READ, 0)', 7],
      ['ioctl(g_fd, ANIOC_RESET_FIFO, 0) + ioctl(g_fd, ANIOC_SAMPLES_ON_READ, 0)', 0],
      // Waiting: for a sample, until a signal comes; and by poll.
      ['start(converter) + read(g_block, g_msgs, 5)', 6],
      ['(usleep(10000), ioctl(g_fd, ANIOC_RESET_FIFO, 0))', 0],
      ['start(killer) + 0', 1],
      ['read(g_block, g_msgs, 5)', 'EINTR'],
      ['start(converter) + poll_it(1000)', 2],
      ['close(g_fd) + close(g_block)', 0],
    ],
    controller,
  ));

const source = `#include <fcntl.h>
#include <nuttx/analog/adc.h>
#include <nuttx/analog/ioctl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct adc_msg_s msgs[4];
  int fd = open("/dev/adc0", O_RDONLY);
  for (int i = 0; i < 20; i++)
    {
      ioctl(fd, ANIOC_TRIGGER, 0);
      for (int have = 0; have < (int)sizeof(msgs); )
        {
          have += read(fd, (char *)msgs + have, sizeof(msgs) - have);
        }

      printf("%d %d %d %d\\n", (int)msgs[0].am_data, (int)msgs[1].am_data, (int)msgs[2].am_data, (int)msgs[3].am_data);
      usleep(90000);
    }

  return 0;
}
`;

let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compile(source, controller);
});

const generators: Generator[] = [
  { shape: 'constant', offset: 1.65, amplitude: 1, frequency: 1 },
  { shape: 'square', offset: 1, amplitude: 1, frequency: 0.5 },
  { shape: 'sine', offset: 1.65, amplitude: 2, frequency: 0.5 },
  { shape: 'noise', offset: 1.65, amplitude: 0.5, frequency: 0 },
];

function boot(seed = 1) {
  const target = firmware.boot([], { seed });
  generators.forEach((generator, channel) =>
    target.machine.input({ device: 'adc0', value: { type: 'generator', channel, generator } }),
  );
  return target;
}

test('generators give what is measured; conversions take their time; noise is of the seed', () => {
  const target = boot();
  target.finish();
  const rows = target.lines.map((line) => line.split(' ').map(Number));
  expect(rows.length).toBe(20);
  const wires = target.events('wire').filter(({ wire }) => wire === target.machine.kernel.wireBase.adc0! + 2);
  rows.forEach(([constant, square, sine, noise], i) => {
    const seconds = Number(wires[i]!.t) / 1e9;
    expect(constant).toBe(2048);
    expect(square).toBe(seconds % 2 < 1 ? Math.floor((2 / 3.3) * 4096) : 0);
    // Beyond the reference and below zero it gives the last that there is.
    const volts = 1.65 + 2 * Math.sin(Math.PI * seconds);
    expect(sine).toBe(Math.min(4095, Math.max(0, Math.floor((volts / 3.3) * 4096))));
    expect(Math.abs(noise! - 2048)).toBeLessThan(625);
  });
  expect(new Set(rows.map((row) => row[3])).size).toBeGreaterThan(15);
  expect(Math.max(...rows.map((row) => row[2]!))).toBe(4095);
  expect(Math.min(...rows.map((row) => row[2]!))).toBe(0);
  // Each channel takes twenty microseconds.
  const base = target.machine.kernel.wireBase.adc0!;
  const samples = target.events('wire').filter(({ wire }) => Number(wire) >= base && Number(wire) < base + 4);
  const first = samples.slice(0, 4).map(({ t }) => Number(t));
  expect(first.slice(1).map((t, i) => t - first[i]!)).toEqual([20_000, 20_000, 20_000]);

  const [again, other] = [boot(), boot(2)];
  again.finish();
  other.finish();
  expect(again.console).toBe(target.console);
  expect(other.console).not.toBe(target.console);
});

test('checkpoints in the middle of a conversion hold', () => {
  expectCheckpointsHold(firmware.boot(), 15);
});

test('what cannot be set is refused', () => {
  const { machine } = firmware.boot();
  expect(() => machine.input({ device: 'adc0', value: { type: 'value', channel: 4, value: 1 } })).toThrow('0 to 3');
  expect(() => machine.input({ device: 'adc0', value: { type: 'value', channel: 0.5, value: 1 } })).toThrow('0 to 3');
  expect(() => machine.input({ device: 'adc0', value: { type: 'value', channel: 0, value: NaN } })).toThrow('finite');
  expect(() => machine.input({ device: 'adc0', value: { type: 'bytes', bytes: Uint8Array.of(1) } })).toThrow('volts');
  machine.input({ device: 'adc0', value: { type: 'value', channel: 1, value: 2.5 } });
  const device = machine.board.devices.find(({ name }) => name === 'adc0')!;
  expect(device.view(machine.kernel).controls[1]).toMatchObject({ channel: 1, value: 2.5 });
});

const sampled = `#include <fcntl.h>
#include <nuttx/analog/adc.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct adc_msg_s msg;
  int fd = open("/dev/adc0", O_RDONLY);
  for (int i = 0; i < 6; i++) read(fd, &msg, sizeof(msg));
  close(fd);
  usleep(100000);
  printf("done\\n");
  return 0;
}
`;

test('an ADC that samples by itself does so at its rate, while it is open', async () => {
  const board = {
    ...findBoard('sim')!,
    devices: [
      adc('adc0', { node: '/dev/adc0', irq: 1, channels: 1, bits: 10, reference: 5, conversionNs: 1000, rate: 8000 }),
    ],
  };
  const target = (await compile(sampled)).boot([], { board });
  target.finish();
  expect(target.lines).toEqual(['done']);
  const times = target.events('wire').map(({ t }) => Number(t));
  expect(times.length).toBe(6);
  expect(times.slice(1).map((t, i) => t - times[i]!)).toEqual(new Array(5).fill(125_000));
});
