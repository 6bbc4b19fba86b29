import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const controller = { board: 'controller' };

const setup = `#include <nuttx/timers/rtc.h>
#include <signal.h>
#include <sys/ioctl.h>

static int g_fd;
static struct rtc_time g_time_of;
static struct rtc_setalarm_s g_alarm;
static struct rtc_setrelative_s g_relative;
static struct rtc_setperiodic_s g_periodic;
static struct rtc_rdalarm_s g_read;
static bool g_set;
static siginfo_t g_info;
static struct timespec g_now;

static time_t rtc_now(void)
{
  return ioctl(g_fd, RTC_RD_TIME, &g_time_of) < 0 ? -1 : timegm((FAR struct tm *)&g_time_of);
}

static int set_rtc(time_t time)
{
  gmtime_r(&time, (FAR struct tm *)&g_time_of);
  return ioctl(g_fd, RTC_SET_TIME, &g_time_of);
}

static time_t realtime(void)
{
  clock_gettime(CLOCK_REALTIME, &g_now);
  return g_now.tv_sec;
}

static struct sigevent event(int value)
{
  return (struct sigevent) { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = value };
}

static int set_alarm(int id, int seconds)
{
  time_t time = rtc_now() + seconds;
  g_alarm.id = id;
  g_alarm.event = event(id + 10);
  gmtime_r(&time, (FAR struct tm *)&g_alarm.time);
  return ioctl(g_fd, RTC_SET_ALARM, &g_alarm);
}

static int set_relative(int id, int seconds)
{
  g_relative.id = id;
  g_relative.pid = getpid();
  g_relative.event = event(id + 20);
  g_relative.reltime = seconds;
  return ioctl(g_fd, RTC_SET_RELATIVE, &g_relative);
}

static int set_periodic(int ms)
{
  g_periodic.event = event(30);
  g_periodic.period.tv_nsec = ms * 1000000;
  return ioctl(g_fd, RTC_SET_PERIODIC, &g_periodic);
}

static int read_alarm(int id)
{
  g_read.id = id;
  return ioctl(g_fd, RTC_RD_ALARM, &g_read) < 0 ? -1 : g_read.active;
}

static int await(int seconds)
{
  sigset_t set;
  struct timespec limit = { .tv_sec = seconds };
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  return sigtimedwait(&set, &g_info, &limit) < 0 ? -1 : g_info.si_value.sival_int;
}
`;

test('/dev/rtc0: every ioctl and its errors, alarms by signal', () =>
  expectCalls(
    setup,
    [
      ['g_fd = open("/dev/rtc0", O_RDWR)', 3],
      ['read(g_fd, &g_read, 4)', 0],
      ['write(g_fd, &g_read, 4)', 4],
      ['ioctl(g_fd, 0x19ff, 0)', 'ENOTTY'],
      ['ioctl(g_fd, RTC_RD_TIME, NULL)', 'EINVAL'],
      ['ioctl(g_fd, RTC_SET_TIME, NULL)', 'EINVAL'],
      ['ioctl(g_fd, RTC_HAVE_SET_TIME, NULL)', 'EINVAL'],
      ['ioctl(g_fd, RTC_SET_ALARM, NULL)', 'EINVAL'],
      ['ioctl(g_fd, RTC_SET_RELATIVE, NULL)', 'EINVAL'],
      ['ioctl(g_fd, RTC_RD_ALARM, NULL)', 'EINVAL'],
      ['ioctl(g_fd, RTC_SET_PERIODIC, NULL)', 'EINVAL'],
      ['set_periodic(0)', 'EINVAL'],
      // Faster than its crystal.
      ['(g_periodic.period.tv_nsec = 30517, ioctl(g_fd, RTC_SET_PERIODIC, &g_periodic))', 'EINVAL'],
      ['ioctl(g_fd, RTC_CANCEL_ALARM, 2)', 'EINVAL'],
      ['set_alarm(2, 1)', 'EINVAL'],
      ['set_relative(2, 1)', 'EINVAL'],
      ['read_alarm(2)', 'EINVAL'],

      // It is as late as CLOCK_REALTIME, in the year that the configuration says.
      ['rtc_now() == realtime()', 1],
      ['g_time_of.tm_year * 10000 + g_time_of.tm_mon * 100 + g_time_of.tm_mday', 116 * 10000 + 1],
      ['g_time_of.tm_wday * 1000 + g_time_of.tm_yday', 5000],
      ['ioctl(g_fd, RTC_HAVE_SET_TIME, &g_set) + g_set', 0],
      // 29 February 2024, 12:34:56. Who sets one clock sets the other.
      ['set_rtc(1709210096)', 0],
      ['ioctl(g_fd, RTC_HAVE_SET_TIME, &g_set) + g_set', 1],
      ['rtc_now() - 1709210096', 0],
      ['realtime() - 1709210096', 0],
      ['g_time_of.tm_mon * 100 + g_time_of.tm_mday', 129],
      ['g_time_of.tm_hour * 10000 + g_time_of.tm_min * 100 + g_time_of.tm_sec', 123456],
      ['g_time_of.tm_wday * 1000 + g_time_of.tm_yday', 4059],
      ['(g_now.tv_sec = 1000000000, clock_settime(CLOCK_REALTIME, &g_now))', 0],
      ['rtc_now() - 1000000000', 0],

      ['set_alarm(0, 2)', 0],
      ['read_alarm(0)', 1],
      ['timegm((FAR struct tm *)&g_read.time) - 1000000002', 0],
      ['read_alarm(1)', 0],
      ['set_relative(1, 1)', 0],
      ['await(5)', 21],
      ['g_info.si_code == SI_QUEUE', 1],
      ['read_alarm(1)', 0],
      ['await(5)', 10],
      ['rtc_now() - 1000000002', 0],
      // One that is past comes at once; one that is cancelled does not.
      ['set_alarm(0, -5)', 0],
      ['await(1)', 10],
      ['set_relative(0, 1) + ioctl(g_fd, RTC_CANCEL_ALARM, 0)', 0],
      ['await(2)', 'EAGAIN'],
      ['set_periodic(250)', 0],
      ['await(1) + await(1) + await(1)', 90],
      ['ioctl(g_fd, RTC_CANCEL_PERIODIC, 0)', 0],
      ['await(1)', 'EAGAIN'],
    ],
    controller,
  ));

const source = `#include <fcntl.h>
#include <nuttx/timers/rtc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct rtc_setperiodic_s wakeup =
  {
    .event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 },
    .period = { .tv_nsec = 3333333 }
  };

  struct boardioc_reset_cause_s cause;
  struct timespec time = { .tv_sec = 2000000000 };
  int fd = open("/dev/rtc0", O_RDWR);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  boardctl(BOARDIOC_RESET_CAUSE, (uintptr_t)&cause);
  if (cause.cause == BOARDIOC_RESETCAUSE_SYS_CHIPPOR)
    {
      clock_settime(CLOCK_REALTIME, &time);
      ioctl(fd, RTC_SET_PERIODIC, &wakeup);
      for (int i = 0; i < 6; i++) sigwaitinfo(&set, NULL);
      usleep(2000000);
      boardctl(BOARDIOC_RESET, 0);
    }

  clock_gettime(CLOCK_REALTIME, &time);
  printf("%d\\n", (int)time.tv_sec);
  return 0;
}
`;

const IRQ_RTC = 9;

test('the wakeup comes at exact times; the time goes on over a reset, and checkpoints hold', async () => {
  const firmware = await compile(source, controller);
  const target = firmware.run();
  expect(target.lines).toEqual(['2000000002']);
  const times = target.events('irq_enter').flatMap(({ irq, t }) => (irq === IRQ_RTC ? [Number(t)] : []));
  times.slice(1).forEach((t, i) => expect(t - times[i]!).toBe(3_333_330));
  expectCheckpointsHold(firmware.boot(), 12);
});
