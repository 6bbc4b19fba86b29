/* One app per measurement. Each does a fixed amount of work and returns a checksum, so that whoever measures can see
 * that the same was computed.
 */

#include <nuttx/config.h>

#include <sched.h>
#include <semaphore.h>
#include <stdint.h>

void bench_reset(void);
uint32_t bench_integer(uint32_t n);
uint32_t bench_bytecode(uint32_t n);
uint32_t bench_quicksort(uint32_t n);

#define CALLS 50
#define SWITCHES 200000

/* Many short calls rather than a long one: an engine that makes hot code faster does so at the next call. */

static int repeat(uint32_t (*unit)(uint32_t), uint32_t n)
{
  uint32_t sum = 0;
  int i;

  bench_reset();
  for (i = 0; i < CALLS; i++)
    {
      sum += unit(n);
    }

  return (sum ^ sum >> 8 ^ sum >> 16 ^ sum >> 24) & 0xff;
}

int integer_main(int argc, char *argv[])
{
  return repeat(bench_integer, 30);
}

int bytecode_main(int argc, char *argv[])
{
  return repeat(bench_bytecode, 12);
}

int quicksort_main(int argc, char *argv[])
{
  return repeat(bench_quicksort, 4);
}

/* Two tasks that hand each other the CPU: each turn of the loop, in either of them, is one switch. */

static sem_t g_turn[2];
static volatile uint32_t g_count[2];

static int play(int id)
{
  int i;

  for (i = 0; i < SWITCHES / 2; i++)
    {
      sem_wait(&g_turn[id]);
      g_count[id]++;
      sem_post(&g_turn[1 - id]);
    }

  return 0;
}

static int pong(int argc, char *argv[])
{
  return play(1);
}

int pingpong_main(int argc, char *argv[])
{
  sem_init(&g_turn[0], 0, 1);
  sem_init(&g_turn[1], 0, 0);
  task_create("pong", 100, 2048, pong, 0);
  return play(0);
}
