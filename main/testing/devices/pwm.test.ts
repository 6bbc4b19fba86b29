import { expect, test } from 'vitest';
import { expectCalls } from '../calls';

const setup = `#include <nuttx/timers/pwm.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/random.h>

static int g_fd;
static struct pwm_info_s g_info;
static uint32_t g_words[8];
static struct pollfd g_poll;

static int set(uint32_t frequency, uint32_t duty)
{
  g_info.frequency = frequency;
  g_info.duty = duty;
  return ioctl(g_fd, PWMIOC_SETCHARACTERISTICS, &g_info);
}

static int poll_it(void)
{
  g_poll = (struct pollfd) { .fd = g_fd, .events = POLLIN | POLLOUT };
  return poll(&g_poll, 1, 0) < 0 ? -1 : g_poll.revents;
}
`;

test('/dev/pwm0: every ioctl and its errors; each change is on the wire', async () => {
  const machine = await expectCalls(
    setup,
    [
      ['g_fd = open("/dev/pwm0", O_RDWR)', 3],
      ['read(g_fd, &g_info, 4)', 0],
      ['write(g_fd, &g_info, 4)', 0],
      ['ioctl(g_fd, 0x0cff, 0)', 'ENOTTY'],
      ['ioctl(g_fd, PWMIOC_SETCHARACTERISTICS, NULL)', 'EINVAL'],
      ['ioctl(g_fd, PWMIOC_GETCHARACTERISTICS, NULL)', 'EINVAL'],
      ['ioctl(g_fd, PWMIOC_START, 0)', 'EINVAL'],
      ['ioctl(g_fd, PWMIOC_STOP, 0)', 0],
      ['set(2000000, 0x8000)', 0],
      ['ioctl(g_fd, PWMIOC_START, 0)', 'EINVAL'],
      ['set(1000, 0x4000)', 0],
      ['ioctl(g_fd, PWMIOC_START, 0)', 0],
      ['ioctl(g_fd, PWMIOC_START, 0)', 0],
      ['set(1000, 0xffff)', 0],
      ['set(1000, 0x10000)', 'EINVAL'],
      ['set(0, 0x8000)', 'EINVAL'],
      ['ioctl(g_fd, PWMIOC_GETCHARACTERISTICS, &g_info)', 0],
      ['g_info.frequency * 100 + (g_info.duty == 0xffff)', 100_001],
      ['ioctl(g_fd, PWMIOC_STOP, 0)', 0],
      ['ioctl(g_fd, PWMIOC_START, 0)', 0],
      // With its last descriptor it stops.
      ['close(g_fd)', 0],
    ],
    { board: 'controller' },
  );
  const wire = machine.machine.kernel.wireBase.pwm0!;
  const changes = machine.events('wire').filter((event) => event.wire === wire);
  expect(changes.map(({ value, detail }) => [value, detail])).toEqual([
    [0, 0],
    [1000, 0x4000],
    [1000, 0xffff],
    [0, 0],
    [1000, 0xffff],
    [0, 0],
  ]);
});

test('/dev/random and /dev/urandom: numbers of the seed', async () => {
  const machine = await expectCalls(
    setup,
    [
      ['g_fd = open("/dev/urandom", O_RDWR)', 3],
      ['read(g_fd, g_words, 16)', 16],
      ['g_words[0] != g_words[1] && g_words[4] == 0', 1],
      ['write(g_fd, g_words, 16)', 16],
      ['poll_it() == (POLLIN | POLLOUT)', 1],
      ['ioctl(g_fd, 1, 0)', 'ENOTTY'],
      ['close(g_fd)', 0],
      ['g_fd = open("/dev/random", O_RDONLY)', 3],
      ['read(g_fd, &g_words[4], 16)', 16],
      ['g_words[0] != g_words[4]', 1],
    ],
    { board: 'controller' },
  );
  expect(machine.status).toBe(0);
});
