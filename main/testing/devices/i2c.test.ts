import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/i2c/i2c_master.h>
#include <nuttx/sensors/lm75.h>
#include <fixedmath.h>
#include <signal.h>
#include <sys/ioctl.h>

static int g_fd, g_temp;
static uint8_t g_bytes[8];
static uint8_t g_conf;
static b16_t g_samples[3];
static struct i2c_msg_s g_msgs[3];
static struct i2c_transfer_s g_transfer = { g_msgs, 1 };
static int g_signals;

static void caught(int signo)
{
  g_signals++;
}

static int killer(int argc, FAR char *argv[])
{
  kill(atoi(argv[1]), SIGUSR1);
  return 0;
}

static int start_killer(void)
{
  static char pid[8];
  FAR char *args[] = { pid, NULL };
  snprintf(pid, sizeof(pid), "%d", getpid());
  signal(SIGUSR1, caught);
  return task_create("killer", 90, 2048, killer, args) > 0;
}

static int message(int i, int addr, int flags, int first, int second, int length)
{
  static uint8_t buffers[3][2];
  buffers[i][0] = first;
  buffers[i][1] = second;
  g_msgs[i] = (struct i2c_msg_s) { .frequency = 400000, .addr = addr, .flags = flags, .buffer = buffers[i], .length = length };
  return i + 1;
}

static int transfer(int count)
{
  g_transfer.msgc = count;
  return ioctl(g_fd, I2CIOC_TRANSFER, &g_transfer);
}

static int conf(void)
{
  return ioctl(g_temp, SNIOC_READCONF, &g_conf) < 0 ? -1 : g_conf;
}

static int threshold(int request)
{
  return ioctl(g_temp, request, g_samples) < 0 ? -1 : g_samples[0];
}
`;

test('/dev/i2c0 and /dev/temp0: every ioctl and its errors', () =>
  expectCalls(
    setup,
    [
      ['g_fd = open("/dev/i2c0", O_RDWR)', 3],
      ['g_temp = open("/dev/temp0", O_RDWR)', 4],
      ['read(g_fd, g_bytes, 4)', 0],
      ['write(g_fd, g_bytes, 4)', 4],
      ['ioctl(g_fd, 0x21ff, 0)', 'ENOTTY'],
      ['ioctl(g_fd, I2CIOC_RESET, 0)', 0],
      ['ioctl(g_fd, I2CIOC_TRANSFER, NULL)', 'EINVAL'],
      ['transfer(0)', 'EINVAL'],
      ['message(0, 0x48, 0, 0, 0, 1) + (g_msgs[0].frequency = 0)', 1],
      ['transfer(1)', 'EINVAL'],
      ['message(0, 0x48, 0, 0, 0, 1) + (g_msgs[0].buffer != (g_msgs[0].buffer = NULL))', 2],
      ['transfer(1)', 'EINVAL'],
      // Nobody is there, by seven bits or by ten.
      ['message(0, 0x49, 0, 0, 0, 1)', 1],
      ['transfer(1)', 'ENXIO'],
      ['message(0, 0x248, I2C_M_TEN, 0, 0, 1)', 1],
      ['transfer(1)', 'ENXIO'],
      // A register that cannot be written does not acknowledge.
      ['message(0, 0x48, 0, LM75_TEMP_REG, 1, 2)', 1],
      ['transfer(1)', 'ENXIO'],
      // Only its address; the pointer, and two bytes of the register behind a repeated START.
      ['message(0, 0x48, 0, 0, 0, 0)', 1],
      ['transfer(1)', 0],
      ['message(0, 0x48, 0, LM75_TOS_REG, 0, 1) + message(1, 0x48, I2C_M_READ, 0, 0, 2)', 3],
      ['transfer(2)', 0],
      ['g_msgs[1].buffer[0] * 256 + g_msgs[1].buffer[1]', 80 * 256],
      // A message that goes on where the one before has ended.
      ['message(0, 0x48, 0, LM75_THYS_REG, 0, 1) + message(1, 0x48, I2C_M_NOSTART, 60, 128, 2)', 3],
      ['transfer(2)', 0],

      ['threshold(SNIOC_READTHYS) == dtob16(60.5)', 1],
      ['threshold(SNIOC_READTOS) == itob16(80)', 1],
      ['ioctl(g_temp, SNIOC_WRITETOS, itob16(-3))', 0],
      ['threshold(SNIOC_READTOS) == itob16(-3)', 1],
      ['ioctl(g_temp, SNIOC_WRITETHYS, dtob16(-10.5))', 0],
      ['threshold(SNIOC_READTHYS) == dtob16(-10.5)', 1],
      ['conf()', 0],
      ['ioctl(g_temp, SNIOC_WRITECONF, LM75_CONF_INTMODE)', 0],
      ['ioctl(g_temp, SNIOC_SHUTDOWN, 0)', 0],
      ['conf()', 3],
      ['ioctl(g_temp, SNIOC_POWERUP, 0)', 0],
      ['conf()', 2],
      ['ioctl(g_temp, SNIOC_READCONF, NULL)', 'EINVAL'],
      ['ioctl(g_temp, SNIOC_READTOS, NULL)', 'EINVAL'],
      ['ioctl(g_temp, SNIOC_READTHYS, NULL)', 'EINVAL'],
      ['ioctl(g_temp, 0x0aff, 0)', 'ENOTTY'],
      ['write(g_temp, g_samples, 4)', 'ENOSYS'],
      ['read(g_temp, g_samples, 3)', 0],
      ['read(g_temp, g_samples, 12)', 12],
      ['g_samples[2] == itob16(20)', 1],
      ['ioctl(g_temp, SNIOC_FAHRENHEIT, 0) + read(g_temp, g_samples, 4)', 4],
      // 68 degrees, as nearly as nine fifths can be written with sixteen bits.
      ['itob16(68) - g_samples[0]', 16],
      ['ioctl(g_temp, SNIOC_CENTIGRADE, 0) + read(g_temp, g_samples, 4)', 4],
      ['g_samples[0] == itob16(20)', 1],
      // A signal does not end it.
      ['start_killer() + read(g_temp, g_samples, 12)', 13],
      ['g_signals', 1],
    ],
    controller,
  ));

const timed = `#include <fcntl.h>
#include <nuttx/i2c/i2c_master.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int worker(int argc, char *argv[])
{
  uint8_t pointer = 3, value[2];
  struct i2c_msg_s msgs[2] =
  {
    { .frequency = 100000, .addr = 0x48, .buffer = &pointer, .length = 1 },
    { .frequency = 100000, .addr = 0x48, .flags = I2C_M_READ, .buffer = value, .length = 2 }
  };

  struct i2c_transfer_s transfer = { msgs, 2 };
  int fd = open("/dev/i2c0", O_RDWR);
  int result = ioctl(fd, I2CIOC_TRANSFER, &transfer);
  printf("%s: %d, %02x%02x\\n", argv[1], result, value[0], value[1]);
  return 0;
}

int main(int argc, char *argv[])
{
  char *low[] = { "low", NULL }, *middle[] = { "middle", NULL }, *high[] = { "high", NULL };
  sched_lock();
  task_create("low", 110, 2048, worker, low);
  sched_unlock();
  task_create("middle", 120, 2048, worker, middle);
  task_create("high", 130, 2048, worker, high);
  return 0;
}
`;

test('a transfer takes its bits; the bus is given by priority; checkpoints in the middle of transfers hold', async () => {
  const firmware = await compile(timed, controller);
  const machine = firmware.run();
  expect(machine.lines).toEqual(['low: 0, 5000', 'high: 0, 5000', 'middle: 0, 5000']);
  const bytes = machine.events('wire').filter(({ detail }) => detail === 100_000);
  expect(bytes.slice(0, 5).map(({ value }) => value)).toEqual([0x90, 3, 0x91, 0x50, 0]);
  const times = bytes.map(({ t }) => Number(t));
  // A byte has nine bits of 10 us, and behind the second byte a repeated START comes before the next.
  expect(times.slice(1, 5).map((t, i) => t - times[i]!)).toEqual([90_000, 100_000, 90_000, 90_000]);
  const [end] = machine.events('irq_enter').filter(({ irq }) => irq === 6);
  expect(Number(end!.t) - times[4]!).toBe(10_000 + 5_000);

  expectCheckpointsHold(firmware.boot(), 25);
});

const alarm = `#include <fcntl.h>
#include <fixedmath.h>
#include <nuttx/sensors/lm75.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  b16_t temperature;
  int fd = open("/dev/temp0", O_RDONLY);
  ioctl(fd, SNIOC_WRITECONF, LM75_CONF_FAULTQUEUE);
  if (argc > 1) ioctl(fd, SNIOC_WRITECONF, LM75_CONF_INTMODE);
  for (int i = 0; i < 10; i++)
    {
      sleep(1);
      read(fd, &temperature, 4);
      printf("%d\\n", b16toi(temperature * 10));
    }

  return 0;
}
`;

/** The OS pin over time: level and tenths of seconds. */
async function osEdges(interrupts: boolean) {
  const target = (await compile(alarm, controller)).boot(interrupts ? ['x'] : []);
  const { machine } = target;
  const set = (celsius: number) =>
    machine.input({ device: 'temp0', value: { type: 'value', channel: 0, value: celsius } });
  const seconds = [25.7, 85, 76, 70, 20];
  seconds.forEach((celsius, i) => {
    target.run({ ticks: 100 * (2 * i + 1) + 50 });
    set(celsius);
  });
  target.finish();
  expect(() => set(200)).toThrow('-55 to 125');
  const os = machine.kernel.wireBase.temp0! + 1;
  const edges = target.events('wire').filter(({ wire }) => wire === os);
  const changes = edges.filter(({ value }, i) => value !== edges[i - 1]?.value);
  return {
    lines: target.lines.map((line) => Number(line) / 10),
    edges: changes.map(({ t, value }) => [value, Math.round(Number(t) / 1e8)]),
    interrupts: target.events('irq_enter').filter(({ irq }) => irq === 7).length,
  };
}

test('the temperature that is set is measured; OS compares with two thresholds, after two measurements', async () => {
  const { lines, edges, interrupts } = await osEdges(false);
  expect(lines).toEqual([20, 25.5, 25.5, 85, 85, 76, 76, 70, 70, 20]);
  expect(edges).toEqual([
    [1, 0],
    [0, 37],
    [1, 77],
  ]);
  expect(interrupts).toBe(1);
});

test('in interrupt mode OS tells of either threshold until the sensor is read', async () => {
  const { edges, interrupts } = await osEdges(true);
  expect(edges).toEqual([
    [1, 0],
    [0, 36],
    [1, 40],
    [0, 76],
    [1, 81],
  ]);
  expect(interrupts).toBe(2);
});
