/* sched_lock and sched_unlock. */

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
  note("%s is woken, lock count %d", argv[0], sched_lockcount());
  return 0;
}

static int locks_and_waits(int argc, FAR char *argv[])
{
  sched_lock();
  note("%s waits with the lock", argv[0]);
  sem_wait(&g_gate);
  note("%s is back, lock count %d", argv[0], sched_lockcount());
  start("newcomer", 150, SCHED_FIFO, runs);
  note("%s unlocks", argv[0]);
  sched_unlock();
  note("%s has unlocked", argv[0]);
  return 0;
}

void locking(void)
{
  pid_t pid;

  sem_init(&g_gate, 0, 0);

  note("-- those who were kept off run by priority");
  sched_lock();
  start("110", 110, SCHED_FIFO, runs);
  start("130", 130, SCHED_FIFO, runs);
  start("120", 120, SCHED_FIFO, runs);
  start("equal", 100, SCHED_FIFO, runs);
  note("main created four");
  sched_unlock();
  note("main unlocked");
  settle();

  note("-- only the last unlock counts");
  start("waiter", 110, SCHED_FIFO, waits);
  sched_lock();
  sched_lock();
  sem_post(&g_gate);
  note("main posted, lock count %d", sched_lockcount());
  sched_unlock();
  note("main unlocked once, lock count %d", sched_lockcount());
  sched_unlock();
  note("main unlocked, lock count %d", sched_lockcount());

  note("-- no yield under the lock");
  start("equal", 100, SCHED_FIFO, runs);
  sched_lock();
  sched_yield();
  note("main yielded under the lock");
  sched_unlock();
  note("main unlocked");
  sched_yield();

  note("-- who waits lets others run; the lock comes back with the task");
  start("locker", 110, SCHED_FIFO, locks_and_waits);
  note("main runs, lock count %d", sched_lockcount());
  start("free", 120, SCHED_FIFO, runs);
  sem_post(&g_gate);
  note("main is last");

  note("-- raised while another has the lock");
  pid = start("raised", 50, SCHED_FIFO, runs);
  sched_lock();
  set_priority(pid, 200);
  note("main raised it");
  sched_unlock();
  note("main unlocked");

  note("-- lowered with the lock");
  start("between", 90, SCHED_FIFO, runs);
  sched_lock();
  set_priority(0, 80);
  note("main at 80 with the lock");
  sched_unlock();
  note("main unlocked");
  set_priority(0, 100);
}
