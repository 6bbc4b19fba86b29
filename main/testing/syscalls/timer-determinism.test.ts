/** Timers, watchdogs, work and interrupted sleeps all at once: in pieces of whatever size, and going back, always the same. */
import { expect, test } from 'vitest';
import { compile } from '../firmware';

const source = `#include <nuttx/wdog.h>
#include <nuttx/wqueue.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct wdog_s g_wdog;
static struct work_s g_high;
static struct work_s g_low;
static mqd_t g_mq;
static volatile int g_sum;

static void bark(wdparm_t arg)
{
  g_sum += arg;
  mq_send(g_mq, "w", 1, 0);
  if (arg > 0) wd_start(&g_wdog, 1, bark, arg - 1);
}

static void work(void *arg)
{
  for (volatile int i = 0; i < 20000; i++);
  usleep(1);
  work_queue(arg ? HPWORK : LPWORK, arg ? &g_high : &g_low, work, arg, 3);
}

static void handler(int signo)
{
  g_sum += signo;
  usleep(1000);
}

static void notified(union sigval value)
{
  g_sum += value.sival_int;
}

int main(int argc, char *argv[])
{
  struct mq_attr attr = { .mq_maxmsg = 64, .mq_msgsize = 1 };
  struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_value.sival_int = 7, .sigev_notify_function = notified };
  struct itimerspec spec = { { 0, 20000000 }, { 0, 30000000 } };
  struct itimerval value = { { 0, 50000 }, { 0, 10000 } };
  struct timeval delta = { 0, 5000 };
  timer_t timer;
  char message;

  g_mq = mq_open("q", O_RDWR | O_CREAT | O_NONBLOCK, 0666, &attr);
  signal(SIGALRM, handler);
  timer_create(CLOCK_REALTIME, &event, &timer);
  timer_settime(timer, 0, &spec, NULL);
  setitimer(ITIMER_REAL, &value, NULL);
  adjtime(&delta, NULL);
  wd_start(&g_wdog, 3, bark, 10);
  work_queue(HPWORK, &g_high, work, (void *)1, 0);
  work_queue(LPWORK, &g_low, work, NULL, 0);
  for (int i = 0; i < 10; i++)
    {
      mq_notify(g_mq, &event);
      usleep(30000);
      for (volatile int j = 0; j < 50000; j++);
      while (mq_receive(g_mq, &message, 1, NULL) >= 0);
    }

  printf("%d\\n", g_sum);
  return 0;
}
`;

const config = { CONFIG_SCHED_HPWORK: true, CONFIG_SCHED_LPWORK: true, CONFIG_SIG_EVTHREAD: true };
const TICKS = 60;

test('in pieces, and going back', async () => {
  const firmware = await compile(source, { config });
  const whole = firmware.boot();
  whole.run({ ticks: TICKS });
  expect(whole.dump?.text).toBeUndefined();
  expect(whole.lines).toHaveLength(1);
  const { position } = whole.machine;
  for (const step of [1, 7, 100]) {
    const pieces = firmware.boot();
    while (pieces.machine.position < position)
      pieces.run({ entries: Math.min(pieces.machine.position + step, position) });
    expect(pieces.machine.hash()).toBe(whole.machine.hash());
    expect(pieces.log).toEqual(whole.log);
  }
  const back = firmware.boot();
  for (let at = 50; at < position; at += 50) {
    back.run({ entries: at });
    const checkpoint = back.machine.checkpoint();
    const hash = back.machine.hash();
    back.run({ entries: at + 120 });
    back.machine.restore(checkpoint);
    expect(back.machine.hash()).toBe(hash);
  }
  back.run({ entries: position });
  expect(back.machine.hash()).toBe(whole.machine.hash());
  expect(back.log).toEqual(whole.log);
});
