import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/timers/timer.h>
#include <signal.h>
#include <sys/ioctl.h>

static int g_fd;
static struct timer_status_s g_status;
static uint32_t g_max;
static struct timer_notify_s g_notify;
static sem_t g_sem;
static siginfo_t g_info;

static int notify(int signo, bool periodic)
{
  g_notify.event.sigev_notify = SIGEV_SIGNAL;
  g_notify.event.sigev_signo = signo;
  g_notify.event.sigev_value.sival_int = 42;
  g_notify.pid = getpid();
  g_notify.periodic = periodic;
  return ioctl(g_fd, TCIOC_NOTIFICATION, &g_notify);
}

static int flags(void)
{
  return ioctl(g_fd, TCIOC_GETSTATUS, &g_status) < 0 ? -1 : (int)g_status.flags;
}

static int await(int signo)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signo);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return sigwaitinfo(&set, &g_info);
}

static int nothing_comes(int signo)
{
  sigset_t set;
  struct timespec limit = { .tv_nsec = 100000000 };
  sigemptyset(&set);
  sigaddset(&set, signo);
  return sigtimedwait(&set, &g_info, &limit);
}
`;

test('/dev/timer0: every ioctl and its errors', () =>
  expectCalls(
    setup,
    [
      ['g_fd = open("/dev/timer0", O_RDWR)', 3],
      ['read(g_fd, &g_status, 4)', 0],
      ['write(g_fd, &g_status, 4)', 0],
      ['ioctl(g_fd, TCIOC_START, 0)', 'EINVAL'],
      ['ioctl(g_fd, TCIOC_STOP, 0)', 'ENODEV'],
      ['ioctl(g_fd, TCIOC_GETSTATUS, NULL)', 'EINVAL'],
      ['ioctl(g_fd, TCIOC_SETTIMEOUT, 0)', 'EINVAL'],
      ['ioctl(g_fd, TCIOC_NOTIFICATION, NULL)', 'EINVAL'],
      ['ioctl(g_fd, TCIOC_MAXTIMEOUT, NULL)', 'EINVAL'],
      ['ioctl(g_fd, 0x16ff, 0)', 'ENOTTY'],
      ['ioctl(g_fd, TCIOC_MAXTIMEOUT, &g_max)', 0],
      ['g_max == UINT32_MAX', 1],
      ['flags()', 0],
      ['ioctl(g_fd, TCIOC_SETTIMEOUT, 12345)', 0],
      ['ioctl(g_fd, TCIOC_START, 0)', 0],
      ['ioctl(g_fd, TCIOC_START, 0)', 'EBUSY'],
      ['ioctl(g_fd, TCIOC_SETTIMEOUT, 10)', 'EPERM'],
      ['flags()', 1],
      ['g_status.timeout', 12345],
      ['g_status.timeleft > 0 && g_status.timeleft < 12345', 1],
      // It begins again by itself.
      ['usleep(20000)', 0],
      ['flags()', 1],
      ['ioctl(g_fd, TCIOC_STOP, 0)', 0],
      ['flags()', 0],
      ['g_status.timeleft', 0],
      // Once, and the value comes along.
      ['notify(SIGUSR1, false)', 0],
      ['flags()', 2],
      ['ioctl(g_fd, TCIOC_START, 0)', 0],
      ['flags()', 3],
      ['await(SIGUSR1)', 10],
      ['g_info.si_value.sival_int', 42],
      ['g_info.si_code == SI_QUEUE', 1],
      ['flags()', 2],
      ['nothing_comes(SIGUSR1)', 'EAGAIN'],
      // Again and again.
      ['notify(SIGUSR1, true) + ioctl(g_fd, TCIOC_START, 0)', 0],
      ['await(SIGUSR1) + await(SIGUSR1) + await(SIGUSR1)', 30],
      ['ioctl(g_fd, TCIOC_STOP, 0)', 0],
      ['nothing_comes(SIGUSR1)', 'EAGAIN'],
      ['close(g_fd)', 0],
    ],
    controller,
  ));

const periodic = `#include <fcntl.h>
#include <nuttx/timers/timer.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile int g_count;

static void tick(int signo, siginfo_t *info, void *context)
{
  g_count++;
}

int main(int argc, char *argv[])
{
  struct sigaction act = { .sa_sigaction = tick, .sa_flags = SA_SIGINFO };
  struct timer_notify_s notify = { .event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 }, .periodic = true };
  int fd = open("/dev/timer1", O_RDWR);
  sigaction(SIGUSR2, &act, NULL);
  ioctl(fd, TCIOC_NOTIFICATION, &notify);
  ioctl(fd, TCIOC_SETTIMEOUT, 777);
  ioctl(fd, TCIOC_START, 0);
  while (g_count < 8);
  ioctl(fd, TCIOC_STOP, 0);
  printf("%d\\n", g_count);
  return 0;
}
`;

const IRQ_TIMER1 = 11;

test('the interrupts come at exact times, and checkpoints in between hold', async () => {
  const firmware = await compile(periodic, controller);
  const machine = firmware.run();
  const times = machine
    .events('irq_enter')
    .filter(({ irq }) => irq === IRQ_TIMER1)
    .map(({ t }) => Number(t));
  expect(times.length).toBe(8);
  // Every 777 microseconds to the nanosecond, although the latency of an interrupt is in each.
  times.slice(1).forEach((time, i) => expect(time - times[i]!).toBe(777_000));
  expect(expectCheckpointsHold(firmware.boot(), 12)).toEqual(['8']);
});
