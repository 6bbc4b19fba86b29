import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile, type TestMachine } from '../firmware';

const controller = { board: 'controller' };

/** Pins 0 and 1 are outputs, 2 and 3 free inputs, 4 to 7 LEDs, 8 and 9 buttons. */
const setup = `#include <nuttx/input/buttons.h>
#include <nuttx/ioexpander/gpio.h>
#include <nuttx/leds/userled.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>

static int g_out;
static int g_in;
static int g_leds;
static int g_buttons;
static bool g_level;
static int g_value;
static char g_byte;
static userled_set_t g_set;
static btn_buttonset_t g_pressed;
static struct userled_s g_led;
static struct sigevent g_event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
static struct btn_notify_s g_notify;

static int level(int fd)
{
  return ioctl(fd, GPIOC_READ, &g_level) < 0 ? -1 : g_level;
}

static int pintype(int fd)
{
  return ioctl(fd, GPIOC_PINTYPE, &g_value) < 0 ? -1 : g_value;
}

static int led(int which, bool on)
{
  g_led = (struct userled_s) { which, on };
  return ioctl(g_leds, ULEDIOC_SETLED, &g_led);
}

static int lit(void)
{
  return ioctl(g_leds, ULEDIOC_GETALL, &g_set) < 0 ? -1 : (int)g_set;
}

static int write_set(userled_set_t set)
{
  return write(g_leds, &set, sizeof(set));
}
`;

test('GPIOC_WRITE, GPIOC_READ, GPIOC_PINTYPE, GPIOC_SETPINTYPE, read, write and lseek of pins, with their errors', () =>
  expectCalls(
    setup,
    [
      ['(g_out = open("/dev/gpio0", O_RDWR)) > 0', 1],
      ['(g_in = open("/dev/gpio2", O_RDWR)) > 0', 1],
      ['pintype(g_out) == GPIO_OUTPUT_PIN && pintype(g_in) == GPIO_INPUT_PIN', 1],
      ['level(g_out)', 0],
      ['ioctl(g_out, GPIOC_WRITE, 1)', 0],
      ['level(g_out)', 1],
      ['ioctl(g_in, GPIOC_WRITE, 1)', 'EACCES'],
      ['ioctl(g_in, GPIOC_READ, 0)', 'EINVAL'],
      ['ioctl(g_in, GPIOC_PINTYPE, 0)', 'EINVAL'],
      ['ioctl(g_in, ULEDIOC_SETALL, 0)', 'ENOTTY'],

      // A level is one byte, and then there is the end, until the position is set back.
      ['read(g_out, &g_byte, 1)', 1],
      ['g_byte', 49],
      ['read(g_out, &g_byte, 1)', 0],
      ['lseek(g_out, 0, SEEK_SET)', 0],
      ['lseek(g_out, 1, SEEK_SET)', 'EINVAL'],
      ['lseek(g_out, 0, SEEK_CUR)', 'ENOSYS'],
      ['write(g_out, "0", 1)', 1],
      ['read(g_out, &g_byte, 1) + g_byte', 49],
      ['write(g_out, "2", 1)', 'EINVAL'],
      ['write(g_in, "1", 1)', 'EACCES'],

      // What is not driven is where its resistor pulls it.
      ['level(g_in)', 0],
      ['ioctl(g_in, GPIOC_SETPINTYPE, GPIO_INPUT_PIN_PULLUP)', 0],
      ['level(g_in)', 1],
      ['ioctl(g_in, GPIOC_SETPINTYPE, GPIO_INPUT_PIN_PULLDOWN)', 0],
      ['level(g_in)', 0],
      ['ioctl(g_in, GPIOC_SETPINTYPE, GPIO_OUTPUT_PIN_OPENDRAIN)', 0],
      ['level(g_in)', 0],
      ['ioctl(g_in, GPIOC_WRITE, 1)', 0],
      ['level(g_in)', 1],
      ['ioctl(g_in, GPIOC_SETPINTYPE, GPIO_NPINTYPES)', 'EINVAL'],
    ],
    controller,
  ));

test('GPIOC_REGISTER and GPIOC_UNREGISTER, with their errors', () =>
  expectCalls(
    `${setup}
static int other(int argc, FAR char *argv[])
{
  int fd = open("/dev/gpio3", O_RDWR);
  g_value = ioctl(fd, GPIOC_REGISTER, &g_event) < 0 ? errno : 0;
  return 0;
}
`,
    [
      ['(g_out = open("/dev/gpio0", O_RDWR)) > 0', 1],
      ['(g_in = open("/dev/gpio3", O_RDWR)) > 0', 1],
      ['ioctl(g_out, GPIOC_REGISTER, &g_event)', 'EACCES'],
      ['ioctl(g_out, GPIOC_UNREGISTER)', 'EACCES'],
      ['ioctl(g_in, GPIOC_REGISTER, 0)', 'EACCES'],
      ['ioctl(g_in, GPIOC_UNREGISTER)', 'EINVAL'],
      ['ioctl(g_in, GPIOC_REGISTER, &g_event)', 0],
      // Again is instead; another task is one too many for CONFIG_DEV_GPIO_NSIGNALS.
      ['ioctl(g_in, GPIOC_REGISTER, &g_event)', 0],
      ['(task_create("other", 120, 2048, other, NULL), usleep(20000), g_value == EBUSY)', 1],
      ['ioctl(g_in, GPIOC_UNREGISTER)', 0],
    ],
    controller,
  ));

test('ULEDIOC_SUPPORTED, ULEDIOC_SETLED, ULEDIOC_SETALL, ULEDIOC_GETALL and write of a set, with their errors', async () => {
  const machine = await expectCalls(
    setup,
    [
      ['(g_leds = open("/dev/userleds", O_WRONLY)) > 0', 1],
      ['(g_in = open("/dev/gpio5", O_RDONLY)) > 0', 1],
      ['ioctl(g_leds, ULEDIOC_SUPPORTED, &g_set) + g_set', 15],
      ['led(1, true)', 0],
      ['lit()', 2],
      ['level(g_in)', 1],
      ['led(4, true)', 'EINVAL'],
      ['ioctl(g_leds, ULEDIOC_SETLED, 0)', 'EINVAL'],
      ['ioctl(g_leds, ULEDIOC_GETALL, 0)', 'EINVAL'],
      ['ioctl(g_leds, ULEDIOC_SETALL, 13)', 0],
      ['lit()', 13],
      ['ioctl(g_leds, ULEDIOC_SETALL, 16)', 'EINVAL'],
      ['led(3, false)', 0],
      ['lit()', 5],
      ['write_set(6)', 4],
      ['lit()', 6],
      ['write_set(32)', 'EINVAL'],
      ['write(g_leds, &g_set, 1)', 'EINVAL'],
      ['ioctl(g_leds, GPIOC_READ, &g_set)', 'ENOTTY'],
    ],
    controller,
  );
  const { kernel, board } = machine.machine;
  const { controls } = board.devices.find(({ name }) => name === 'leds')!.view(kernel);
  expect(controls.map((control) => control.type === 'led' && control.on)).toEqual([false, true, true, false]);
});

test('BTNIOC_SUPPORTED, BTNIOC_POLLEVENTS, BTNIOC_REGISTER and read of a set, with their errors', () =>
  expectCalls(
    setup,
    [
      ['(g_buttons = open("/dev/buttons", O_RDONLY)) > 0', 1],
      ['ioctl(g_buttons, BTNIOC_SUPPORTED, &g_pressed) + g_pressed', 3],
      ['ioctl(g_buttons, BTNIOC_SUPPORTED, 0)', 'EINVAL'],
      ['ioctl(g_buttons, BTNIOC_POLLEVENTS, 0)', 'EINVAL'],
      ['ioctl(g_buttons, BTNIOC_REGISTER, 0)', 'EINVAL'],
      ['ioctl(g_buttons, BTNIOC_REGISTER, &g_notify)', 0],
      ['ioctl(g_buttons, GPIOC_READ, &g_pressed)', 'ENOTTY'],
      ['read(g_buttons, &g_pressed, sizeof(g_pressed)) + g_pressed', 4],
      ['read(g_buttons, &g_pressed, 2)', 'EINVAL'],
    ],
    controller,
  ));

const set = (machine: TestMachine, device: string, channel: number, value: number, ticks = 2) => {
  const { length } = machine.lines;
  machine.machine.input({ device, value: { type: 'value', channel, value } });
  machine.run({ ticks: machine.machine.ticks + ticks });
  return machine.lines.slice(length);
};

test('a button raises an interrupt: poll wakes for what was asked for, a signal has the set, and the LED follows', async () => {
  const machine = (
    await compile(
      `#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
${setup}
static int g_told;

static void told(int signo, siginfo_t *info, void *context)
{
  g_told = info->si_value.sival_int;
}

int main(int argc, char *argv[])
{
  struct btn_pollevents_s events = { .bp_press = 1, .bp_release = 2 };
  struct sigaction action = { .sa_sigaction = told, .sa_flags = SA_SIGINFO };
  struct pollfd one = { .fd = open("/dev/buttons", O_RDONLY), .events = POLLIN };
  sigaction(SIGUSR1, &action, NULL);
  g_leds = open("/dev/userleds", O_WRONLY);
  g_notify = (struct btn_notify_s) { .bn_press = 2, .bn_event = g_event };
  ioctl(one.fd, BTNIOC_POLLEVENTS, &events);
  ioctl(one.fd, BTNIOC_REGISTER, &g_notify);
  for (int i = 0; i < 4; i++)
    {
      int result = poll(&one, 1, -1);
      if (result > 0)
        {
          read(one.fd, &g_pressed, sizeof(g_pressed));
          led(0, g_pressed & 1);
        }

      printf("%d %d %d\\n", result, (int)g_pressed, g_told);
    }

  return 0;
}
`,
      controller,
    )
  ).boot();
  expect(machine.finish()).toBe('limit');
  const pressed = machine.machine.timeNs;
  expect(set(machine, 'buttons', 0, 1)).toEqual(['1 1 0']);
  expect(set(machine, 'buttons', 1, 1)).toEqual(['-1 1 3']);
  expect(set(machine, 'buttons', 0, 0)).toEqual([]);
  expect(set(machine, 'buttons', 1, 0)).toEqual(['1 0 3']);
  // The wires of the button and the LED, at their times: the interrupt's latency is 5 us.
  const pins = machine.events('wire').filter(({ t }) => Number(t) >= pressed);
  const base = machine.machine.kernel.wireBase.gpio!;
  const of = (pin: number) => pins.filter(({ wire }) => wire === base + pin);
  expect(of(8).map(({ value }) => value)).toEqual([1, 0]);
  expect(of(8)[0]!.t).toBe(pressed);
  expect(of(4).map(({ value }) => value)).toEqual([1, 0]);
  const latency = Number(of(4)[0]!.t) - pressed;
  expect(latency).toBeGreaterThan(5000);
  expect(latency).toBeLessThan(50_000);
  expect(machine.events('irq_enter').some(({ irq, t }) => irq === 4 && t === pressed + 5000)).toBe(true);
});

test.each([
  ['RISING', '1 1'],
  ['FALLING', '1 0'],
  ['BOTH', '2 0'],
  ['HIGH', '1 1'],
  ['LOW', '1 0'],
])('GPIO_INTERRUPT_%s_PIN', async (type, expected) => {
  const machine = (
    await compile(
      `#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
${setup}
static volatile int g_signals;
static volatile int g_last;

static void told(int signo)
{
  g_signals++;
  g_last = level(g_in);
}

int main(int argc, char *argv[])
{
  signal(SIGUSR1, told);
  g_in = open("/dev/gpio2", O_RDWR);
  ioctl(g_in, GPIOC_SETPINTYPE, GPIO_INTERRUPT_${type}_PIN);
  ioctl(g_in, GPIOC_REGISTER, &g_event);
  struct pollfd one = { .fd = g_in, .events = POLLIN };
  for (int i = 0; i < 5; i++) usleep(50000);
  printf("%d %d\\n", g_signals, g_last);
  printf("%d\\n", poll(&one, 1, 0));
  printf("%d\\n", poll(&one, 1, -1));
  return 0;
}
`,
      controller,
    )
  ).boot();
  machine.run({ ticks: 2 });
  set(machine, 'gpio', 2, 1, 1);
  set(machine, 'gpio', 2, 0, 40);
  expect(machine.lines).toEqual([expected, '0']);
  set(machine, 'gpio', 2, 1);
  set(machine, 'gpio', 2, 0);
  expect(machine.lines.at(-1)).toMatch(/^(1|-1)$/);
});

test('an output reaches the world outside at the cycle at which it is written', async () => {
  const outputs: unknown[] = [];
  const machine = (
    await compile(
      `#include <fcntl.h>
#include <unistd.h>
${setup}
int main(int argc, char *argv[])
{
  g_out = open("/dev/gpio1", O_RDWR);
  for (int i = 1; i <= 3; i++) ioctl(g_out, GPIOC_WRITE, i & 1);
  return 0;
}
`,
      controller,
    )
  ).boot([], { onOutput: (device, output) => device === 'gpio' && outputs.push(output) });
  machine.finish();
  expect(outputs).toEqual([1, 0, 1].map((value) => ({ type: 'value', channel: 1, value })));
});

test('a button that is held is held when the board has been reset, and the LEDs are off', async () => {
  const machine = (
    await compile(
      `#include <fcntl.h>
#include <stdio.h>
#include <sys/boardctl.h>
#include <unistd.h>
${setup}
int main(int argc, char *argv[])
{
  struct pollfd one = { .fd = open("/dev/buttons", O_RDONLY), .events = POLLIN };
  g_leds = open("/dev/userleds", O_WRONLY);
  read(one.fd, &g_pressed, sizeof(g_pressed));
  printf("%d %d\\n", (int)g_pressed, lit());
  led(3, true);
  usleep(10000);
  poll(&one, 1, -1);
  boardctl(BOARDIOC_RESET, 0);
}
`,
      controller,
    )
  ).boot();
  machine.run({ ticks: 5 });
  expect(machine.lines).toEqual(['0 0']);
  set(machine, 'buttons', 1, 1, 5);
  expect(machine.lines).toEqual(['0 0', '2 0']);
  set(machine, 'buttons', 1, 0, 5);
  expect(machine.lines).toEqual(['0 0', '2 0', '0 0']);
});

test('what pins, buttons and LEDs do not take', async () => {
  const { machine } = (await compile('int main(void) { return 0; }\n', controller)).boot();
  const value = { type: 'value', channel: 12, value: 1 } as const;
  expect(() => machine.input({ device: 'gpio', value })).toThrow('gpio has pins 0 to 9, no 12.');
  expect(() => machine.input({ device: 'buttons', value })).toThrow('buttons has buttons 0 to 1, no 12.');
  const bytes = { type: 'bytes', bytes: Uint8Array.of(1) } as const;
  expect(() => machine.input({ device: 'gpio', value: bytes })).toThrow('it takes levels, no bytes');
  expect(() => machine.input({ device: 'buttons', value: bytes })).toThrow('1 for pressed, 0 for not');
});

test('checkpoints hold while a button is pressed', async () => {
  const machine = (
    await compile(
      `#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
${setup}
int main(int argc, char *argv[])
{
  struct pollfd one = { .fd = open("/dev/buttons", O_RDONLY), .events = POLLIN };
  printf("%d\\n", poll(&one, 1, -1));
  return 0;
}
`,
      controller,
    )
  ).boot();
  machine.run({ ticks: 2 });
  machine.machine.input({ device: 'buttons', value: { type: 'value', channel: 1, value: 1 } });
  expectCheckpointsHold(machine);
});
