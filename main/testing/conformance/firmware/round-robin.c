/* SCHED_RR: slices of exactly CONFIG_RR_INTERVAL. */

#include "conformance.h"

static FAR const char *volatile g_last;
static clock_t g_start;

/* Works until the tick counter, as seen while it had the CPU, has gone on by
 * that many ticks, and notes each time that it gets the CPU.
 */

static int work(FAR const char *name, int ticks)
{
  clock_t seen = 0;
  int mine = 0;

  while (mine < ticks)
    {
      clock_t now = clock_systime_ticks();

      if (g_last != name)
        {
          g_last = name;
          note("%s from tick %d", name, (int)(now - g_start));
          seen = now;
        }

      mine += now - seen;
      seen = now;
    }

  note("%s ends at tick %d", name, (int)(clock_systime_ticks() - g_start));
  return 0;
}

static int eight(int argc, FAR char *argv[])
{
  return work(argv[0], 8);
}

static void begin(void)
{
  /* Right behind a tick. */

  usleep(1);
  g_last = NULL;
  g_start = clock_systime_ticks();
  sched_lock();
}

static void finish(void)
{
  sched_unlock();
  usleep(400000);
}

void round_robin(void)
{
  set_priority(0, 200);

  note("-- three that share the CPU");
  begin();
  start("A", 100, SCHED_RR, eight);
  start("B", 100, SCHED_RR, eight);
  start("C", 100, SCHED_RR, eight);
  finish();

  note("-- one of SCHED_FIFO among them keeps it");
  begin();
  start("D", 100, SCHED_RR, eight);
  start("E", 100, SCHED_FIFO, eight);
  start("F", 100, SCHED_RR, eight);
  finish();

  note("-- one alone has nobody to give it to");
  begin();
  start("G", 100, SCHED_RR, eight);
  start("H", 99, SCHED_RR, eight);
  finish();
}
