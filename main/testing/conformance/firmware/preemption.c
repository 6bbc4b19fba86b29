/* Who runs before whose call returns. */

#include "conformance.h"

static sem_t g_gate;

static int runs(int argc, FAR char *argv[])
{
  note("%s runs", argv[0]);
  return 0;
}

static int waits(int argc, FAR char *argv[])
{
  sem_wait(&g_gate);
  note("%s is woken", argv[0]);
  return 0;
}

static int creates(int argc, FAR char *argv[])
{
  note("%s creates", argv[0]);
  start("grandchild", 130, SCHED_FIFO, runs);
  note("%s has created", argv[0]);
  return 0;
}

void preemption(void)
{
  sem_init(&g_gate, 0, 0);

  note("-- creating");
  start("higher", 110, SCHED_FIFO, runs);
  note("main after higher");
  start("equal", 100, SCHED_FIFO, runs);
  note("main after equal");
  start("lower", 90, SCHED_FIFO, runs);
  note("main after lower");
  settle();

  note("-- waking");
  start("higher", 110, SCHED_FIFO, waits);
  sem_post(&g_gate);
  note("main after higher");
  start("equal", 100, SCHED_FIFO, waits);
  sched_yield();
  sem_post(&g_gate);
  note("main after equal");
  settle();

  note("-- a child's child");
  start("child", 120, SCHED_FIFO, creates);
  note("main after both");

  note("-- lowering oneself");
  start("at 90", 90, SCHED_FIFO, runs);
  start("at 70", 70, SCHED_FIFO, runs);
  set_priority(0, 80);
  note("main at 80");
  set_priority(0, 100);
  note("main at 100");
  settle();
}
