/* Five philosophers at a round table, with a fork between any two. To eat,
 * each takes the fork on the left, then the one on the right. All goes
 * well until all five come to the table at the same moment: then each holds
 * a left fork and waits for the right one, for ever.
 *
 * The Semaphores pane shows the ring: who holds each fork, and who waits
 * for it. The cure: let one philosopher take the right fork first.
 */

#include <nuttx/config.h>

#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define SEATS    5
#define DINNERS  10
#define PRIORITY 100

#define DINNER_MS 1000   /* From one dinner to the next */
#define REACH_US  20000  /* From one fork to the other */
#define EAT_US    100000

static const char *const g_names[SEATS] =
{
  "Aristotle", "Bacon", "Confucius", "Diogenes", "Epicurus"
};

static sem_t g_forks[SEATS];
static sem_t g_full;

static void sleep_until(int ms)
{
  struct timespec now;
  int left;

  clock_gettime(CLOCK_MONOTONIC, &now);
  left = ms - (int)now.tv_sec * 1000 - (int)(now.tv_nsec / 1000000);
  if (left > 0)
    {
      usleep(left * 1000);
    }
}

/* At the first dinner they come one after the other, 160 ms apart; at each
 * later one they are hungrier and come closer together; at the fifth, all
 * come at once.
 */

static int arrival(int seat, int dinner)
{
  int apart = dinner < 5 ? 200 - 40 * dinner : 0;
  return dinner * DINNER_MS + seat * apart;
}

static int philosopher(int argc, FAR char *argv[])
{
  int seat = atoi(argv[1]);
  FAR sem_t *left = &g_forks[seat];
  FAR sem_t *right = &g_forks[(seat + 1) % SEATS];

  for (int dinner = 1; dinner <= DINNERS; dinner++)
    {
      sleep_until(arrival(seat, dinner));

      sem_wait(left);
      usleep(REACH_US);
      sem_wait(right);

      printf("%s eats (dinner %d)\n", g_names[seat], dinner);
      usleep(EAT_US);

      sem_post(right);
      sem_post(left);
    }

  sem_post(&g_full);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  sem_init(&g_full, 0, 0);

  for (int i = 0; i < SEATS; i++)
    {
      sem_init(&g_forks[i], 0, 1);

      /* With this protocol the kernel keeps track of who holds a fork. */

#ifdef CONFIG_PRIORITY_INHERITANCE
      sem_setprotocol(&g_forks[i], SEM_PRIO_INHERIT);
#endif
    }

  for (int i = 0; i < SEATS; i++)
    {
      char seat[4];
      FAR char *args[] =
      {
        seat, NULL
      };

      snprintf(seat, sizeof(seat), "%d", i);
      task_create(g_names[i], PRIORITY, 2048, philosopher, args);
    }

  for (int i = 0; i < SEATS; i++)
    {
      sem_wait(&g_full);
    }

  printf("All have eaten.\n");
  return 0;
}
