/* A tank that one thread fills and another empties. A mutex guards the
 * level, a condition variable tells that it has changed, and a timer's
 * signal tells the main thread to report it.
 */

#include <nuttx/config.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "plant.h"

#define FULL      10     /* Litres */
#define PORTION   4      /* What the drain takes at once */

#define FILL_US   20000  /* For a litre */
#define DRAIN_US  35000
#define GAUGE_MS  100    /* From one report to the next */

static pthread_mutex_t g_tank = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t g_changed = PTHREAD_COND_INITIALIZER;
static int g_level;

static FAR void *filler(FAR void *arg)
{
  for (; ; )
    {
      usleep(FILL_US);

      pthread_mutex_lock(&g_tank);
      while (g_level == FULL)
        {
          pthread_cond_wait(&g_changed, &g_tank);
        }

      g_level++;
      pthread_cond_broadcast(&g_changed);
      pthread_mutex_unlock(&g_tank);
    }

  return NULL;
}

static FAR void *drain(FAR void *arg)
{
  for (; ; )
    {
      pthread_mutex_lock(&g_tank);
      while (g_level < PORTION)
        {
          pthread_cond_wait(&g_changed, &g_tank);
        }

      /* Nobody else may touch the tank while the drain is open. */

      usleep(DRAIN_US);
      g_level -= PORTION;
      pthread_cond_broadcast(&g_changed);
      pthread_mutex_unlock(&g_tank);
    }

  return NULL;
}

/* Starts a timer that sends SIG_GAUGE to this task. */

static void start_gauge(void)
{
  struct sigevent event =
  {
    .sigev_notify = SIGEV_SIGNAL,
    .sigev_signo = SIG_GAUGE
  };

  struct itimerspec period =
  {
    .it_value.tv_nsec = GAUGE_MS * 1000000L,
    .it_interval.tv_nsec = GAUGE_MS * 1000000L
  };

  timer_t timer;

  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &period, NULL);
}

int tank_main(int argc, FAR char *argv[])
{
  pthread_t threads[2];
  sigset_t gauge;

  /* The threads inherit the mask, so that sigwaitinfo gets the signal. */

  sigemptyset(&gauge);
  sigaddset(&gauge, SIG_GAUGE);
  sigprocmask(SIG_BLOCK, &gauge, NULL);

  pthread_create(&threads[0], NULL, filler, NULL);
  pthread_setname_np(threads[0], "filler");
  pthread_create(&threads[1], NULL, drain, NULL);
  pthread_setname_np(threads[1], "drain");
  start_gauge();

  for (; ; )
    {
      siginfo_t info;
      int level;

      sigwaitinfo(&gauge, &info);

      pthread_mutex_lock(&g_tank);
      level = g_level;
      pthread_mutex_unlock(&g_tank);
      printf("tank: %d of %d litres\n", level, FULL);
    }
}
