/* Priority inversion: a task of low priority holds a semaphore that a task
 * of high priority waits for, and one of medium priority, which wants
 * nothing from either, keeps the low one off the CPU.
 *
 * With CONFIG_PRIORITY_INHERITANCE the holder runs at the waiter's priority
 * until it gives the semaphore back. Switch the option in the Configuration
 * pane, or run with --set CONFIG_PRIORITY_INHERITANCE=n, and compare.
 */

#include <nuttx/config.h>

#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS          10
#define ROUND_US        400000

/* How long each task works, and how long after low the others begin. */

#define LOW_WORK_MS     40
#define MEDIUM_WORK_MS  150
#define MEDIUM_AFTER_US 10000
#define HIGH_AFTER_US   20000

#define LOOPS_PER_MS    11100  /* At 100 MHz */

static sem_t g_bus;    /* What low and high share */
static sem_t g_low;    /* Each starts its task's round */
static sem_t g_medium;
static sem_t g_high;
static sem_t g_done;

static long g_worst_ms;

static long now_ms(void)
{
  struct timespec ts;

  clock_gettime(CLOCK_MONOTONIC, &ts);
  return (long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Keeps the CPU busy for some milliseconds, not counting those in which
 * another task has it.
 */

static void work(int ms)
{
  for (volatile int i = 0; i < ms * LOOPS_PER_MS; i++)
    {
    }
}

static int low_main(int argc, FAR char *argv[])
{
  for (; ; )
    {
      sem_wait(&g_low);
      sem_wait(&g_bus);
      work(LOW_WORK_MS);
      sem_post(&g_bus);
    }
}

static int medium_main(int argc, FAR char *argv[])
{
  for (; ; )
    {
      sem_wait(&g_medium);
      usleep(MEDIUM_AFTER_US);
      work(MEDIUM_WORK_MS);
    }
}

static int high_main(int argc, FAR char *argv[])
{
  for (int round = 1; ; round++)
    {
      long start;
      long wait;

      sem_wait(&g_high);
      usleep(HIGH_AFTER_US);

      start = now_ms();
      sem_wait(&g_bus);
      wait = now_ms() - start;
      sem_post(&g_bus);

      if (wait > g_worst_ms)
        {
          g_worst_ms = wait;
        }

      printf("round %2d: high waited %3ld ms for low\n", round, wait);
      sem_post(&g_done);
    }
}

int main(int argc, FAR char *argv[])
{
  sem_init(&g_bus, 0, 1);
  sem_init(&g_low, 0, 0);
  sem_init(&g_medium, 0, 0);
  sem_init(&g_high, 0, 0);
  sem_init(&g_done, 0, 0);

#ifdef CONFIG_PRIORITY_INHERITANCE
  printf("Priority inheritance is on.\n");
  sem_setprotocol(&g_bus, SEM_PRIO_INHERIT);
#else
  printf("Priority inheritance is off.\n");
#endif

  task_create("low", 50, 2048, low_main, NULL);
  task_create("medium", 100, 2048, medium_main, NULL);
  task_create("high", 150, 2048, high_main, NULL);

  for (int round = 0; round < ROUNDS; round++)
    {
      sem_post(&g_low);
      sem_post(&g_medium);
      sem_post(&g_high);
      sem_wait(&g_done);
      usleep(ROUND_US);
    }

  printf("Worst wait of the high task: %ld ms. Low needs the bus for %d ms.\n",
         g_worst_ms, LOW_WORK_MS);
  return 0;
}
