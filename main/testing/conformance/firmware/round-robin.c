/* SCHED_RR: slices of exactly CONFIG_RR_INTERVAL. */

#include "conformance.h"

static FAR const char *volatile g_last;
static clock_t g_start;

/* Needs the CPU for 84 ms, and notes each time that it gets it. */

#define TURNS 330000

static int busy(int argc, FAR char *argv[])
{
  for (int i = 0; i < TURNS; i++)
    {
      if (g_last != argv[0])
        {
          g_last = argv[0];
          note("%s from tick %d", argv[0],
               (int)(clock_systime_ticks() - g_start));
        }
    }

  note("%s ends", argv[0]);
  return 0;
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
  start("A", 100, SCHED_RR, busy);
  start("B", 100, SCHED_RR, busy);
  start("C", 100, SCHED_RR, busy);
  finish();

  note("-- one of SCHED_FIFO among them keeps it");
  begin();
  start("D", 100, SCHED_RR, busy);
  start("E", 100, SCHED_FIFO, busy);
  start("F", 100, SCHED_RR, busy);
  finish();

  note("-- one alone has nobody to give it to");
  begin();
  start("G", 100, SCHED_RR, busy);
  start("H", 99, SCHED_RR, busy);
  finish();
}
